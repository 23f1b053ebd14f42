// Group A: what is configured here, judged without a packet where possible.
import { type Check, fail, info, nothing, pass, remedy, unknown, warn } from '../check.ts';
import { headerLines, wireLine } from '../evidence.ts';
import { isForeignTo, type KeyDefect, sentDefects } from '../key-facts.ts';
import type { Exchange, Look } from '../observations.ts';
import { again, change, owned, saveKey, sendAnyway, setCommand, withoutProxy } from '../remedies.ts';
import { clockOffset } from '../stream-judgement.ts';

const isKeyRefused = (look: Look): boolean =>
  look('keyed')?.reading.kind === 'unauthorized' || look('keyed')?.reading.kind === 'forbidden';

const defectText = ({ character, position }: KeyDefect, length: number): string =>
  `${character} at position ${position} of ${length}`;

export const configChecks: readonly Check[] = [
  {
    id: 'key.missing',
    group: 'config',
    blocks: 'auth',
    title: 'A key is configured',
    why: 'An empty variable, an unexpanded $VAR or YOUR_KEY from the documentation is sent as it is and fails as 401.',
    proof: 'The value against the placeholders of documentation.',
    cure: 'Create a key in the console of the provider and store it.',
    needs: ['setup'],
    judge(look) {
      const setup = look('setup');
      if (setup?.url.problem != null) return nothing('there is no host a key could be for');
      if (setup?.auth === 'none') return pass('This endpoint takes no key (auth: none).');
      const host = setup?.url.host ?? 'the provider';
      const problem = {
        owner: 'you',
        remedy: remedy(`Create a key at ${host} and save it.`, saveKey(look)),
      } as const;
      const withheld = setup?.withheld;
      if (setup?.key == null && withheld != null)
        return fail(`The key in ${withheld.source} belongs to ${withheld.home} and is not sent to ${host}.`, {
          owner: 'you',
          remedy: withheld.isVariable
            ? remedy(`Name it to send it to ${host} on purpose, or use a key of ${host}.`, [
                sendAnyway(look, withheld.source),
              ])
            : remedy(`Save a key of ${host}.`, saveKey(look)),
        });
      if (setup?.key == null && setup?.keyVariable != null)
        return fail(
          `The variable ${setup.keyVariable}, which should hold the key for ${host}, is not set.`,
          problem,
        );
      if (setup?.key == null)
        return fail(`No key for ${host}: neither profile nor environment has one.`, problem);
      if (setup.key.placeholder === null)
        return pass(`${setup.key.shown} from ${setup.keySource ?? 'the configuration'}.`);
      const what = setup.key.placeholder === '' ? 'empty' : `a placeholder (${setup.key.placeholder})`;
      return fail(`The key from ${setup.keySource ?? 'the configuration'} is ${what}.`, problem);
    },
  },
  {
    id: 'key.whitespace',
    group: 'config',
    blocks: 'auth',
    title: 'The key has no stray characters',
    why: 'A line break makes the header invalid (and some libraries print the key in the exception); a no-break space is sent as a wrong byte and fails as 401; curly quotes cannot be sent at all.',
    proof: 'The characters of the value, by code point and position.',
    cure: 'Save the key again, trimmed.',
    needs: ['setup'],
    judge(look) {
      const setup = look('setup');
      const key = setup?.key;
      if (key == null || key.defects.length === 0) return pass('');
      if (key.scheme !== null && key.defects.every(({ kind }) => kind === 'space'))
        return nothing(`"${key.scheme}" was copied along: key.scheme_in_value`);
      const [sent] = sentDefects(key, setup?.keySource ?? null);
      const problem = {
        owner: 'you',
        remedy: remedy('Save the key again, without it.', saveKey(look)),
        evidence: key.defects.slice(0, 3).map((one) => defectText(one, key.length)),
      } as const;
      if (sent === undefined)
        return warn(
          `The key has ${defectText(key.defects[0] as KeyDefect, key.length)}, outside the key itself. msg leaves it out; other clients may send it.`,
          problem,
        );
      if (sent.kind === 'quote')
        return fail(
          `The key stands in quotes, which are sent along (${defectText(sent, key.length)}).`,
          problem,
        );
      return fail(
        `Key contains ${defectText(sent, key.length)}. It cannot be sent, or arrives as a wrong byte and fails as 401.`,
        problem,
      );
    },
  },
  {
    id: 'env.conflict',
    group: 'config',
    title: 'At most one Anthropic credential is set in the environment',
    why: 'With both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN set, the SDK 0.x sends both headers and Claude Code prefers the token: a good key then fails with 401, or "Auth conflict" is shown.',
    proof: 'Both variables are set to different values.',
    cure: 'Unset the one that is not meant for this endpoint.',
    needs: ['setup'],
    judge(look) {
      const found = look('setup')?.credentials ?? [];
      const [a, b] = found;
      if (a === undefined || b === undefined) return pass('');
      const loser = found.find(({ isUsed }) => !isUsed) ?? b;
      const host = look('setup')?.url.host ?? 'the endpoint';
      const uses =
        a.isUsed || b.isUsed
          ? `msg sends only ${a.isUsed ? a.name : b.name}`
          : 'msg sends neither, the profile has its own key';
      return warn(
        `Two credentials are set (${a.shown} from ${a.name}, ${b.shown} from ${b.name}); ${uses}, other clients may send both to ${host}. Unset ${loser.name}.`,
        { owner: 'you', remedy: remedy(`Unset ${loser.name}.`, [`unset ${loser.name}`]) },
      );
    },
  },
  {
    id: 'env.shadow',
    group: 'config',
    title: 'No other file overrides what the shell says',
    why: 'Claude Code reads the env block of ~/.claude/settings.json before the shell; an edited key or base URL then has no effect there.',
    proof: 'The same variable has another value in a settings file or a .env here.',
    cure: 'Keep one place; remove the variable from the others.',
    needs: ['setup'],
    judge(look) {
      const shadows = look('setup')?.shadows ?? [];
      const [first] = shadows;
      if (first === undefined) return pass('');
      return warn(
        `${first.name} is ${first.shown} in ${first.where}, which Claude Code prefers to the value of this shell.`,
        {
          owner: 'you',
          evidence: shadows.map(
            ({ name, where, shown }) => `${name}: ${shown} in ${where}, another value in the shell`,
          ),
          remedy: remedy(`Remove ${first.name} from ${first.where}, or set it to the same value.`),
        },
      );
    },
  },
  {
    id: 'env.proxy_ignored',
    group: 'network',
    title: 'The configured proxy is not needed, or is used',
    why: "Node's fetch ignores HTTPS_PROXY, so a client works in curl and times out in Node.",
    proof: 'TCP to the host directly and through the proxy are compared.',
    cure: 'msg uses the proxy by itself. Other Node programs: NODE_USE_ENV_PROXY=1 (Node 24) or a dispatcher.',
    needs: ['setup', 'network'],
    judge(look) {
      const [proxy, network] = [look('setup')?.proxy, look('network')];
      if (proxy == null) return pass('');
      const isDirectOpen = network?.tcp.some(({ failure }) => failure === null) ?? false;
      const isProxyOpen =
        network?.tunnel != null && network.tunnel.failure === null && (network.tunnel.status ?? 200) === 200;
      if (isDirectOpen || !isProxyOpen)
        return pass(
          isDirectOpen
            ? 'The host can be reached without the proxy too.'
            : 'The proxy is not the difference.',
        );
      const address = network?.tcp[0]?.address ?? 'the host';
      const facts = `${proxy.source}=${proxy.url}; direct connect to ${address} failed, via the proxy it works.`;
      if (proxy.isUsed) {
        return info(`${facts} msg uses it; other Node programs need NODE_USE_ENV_PROXY=1.`);
      }
      return fail(`${facts} But it is not used for this host.`, {
        owner: 'you',
        remedy: remedy('Use the proxy for this host.', change(look, 'proxy', `http://${proxy.url}`)),
      });
    },
  },
  {
    id: 'env.no_proxy_loopback',
    group: 'edge',
    title: 'Requests to this machine do not go through a proxy',
    why: 'With HTTP_PROXY set and no NO_PROXY, a request to a gateway on 127.0.0.1 is sent to the proxy, which answers 502 or 503.',
    proof: 'A proxy applies to a loopback address; its Via or Proxy headers, or a bodyless 5xx, answer.',
    cure: 'NO_PROXY=localhost,127.0.0.1,::1',
    needs: ['setup', 'keyless'],
    judge(look) {
      const [setup, keyless] = [look('setup'), look('keyless')];
      if (setup?.url.isLoopback !== true || setup.proxy?.isUsed !== true) return pass('');
      const isFromEnv = isProxyVariable(setup.proxy.source);
      const fix = isFromEnv
        ? remedy('Add this machine to NO_PROXY.', ['export NO_PROXY=localhost,127.0.0.1,::1', again(look)])
        : remedy(`Leave out the proxy of ${setup.proxy.source}.`, withoutProxy(look));
      const isFromProxy =
        keyless?.outcome === 'failed' ||
        (keyless?.outcome === 'answered' &&
          (keyless.status >= 500 || keyless.reading.check === 'url.port' || 'via' in keyless.headers));
      const text = `Request to ${setup.url.host} was ${isFromProxy ? 'answered by' : 'sent through'} proxy ${setup.proxy.url}${isFromProxy ? ', not by your gateway' : ''}.${isFromEnv ? ' Add NO_PROXY=localhost,127.0.0.1,::1.' : ''}`;
      const problem = {
        owner: 'you',
        remedy: fix,
        evidence: keyless === undefined ? [] : [wireLine(keyless)],
      } as const;
      return isFromProxy ? fail(text, problem) : warn(text, problem);
    },
  },
  {
    id: 'env.proxy_auth',
    group: 'network',
    title: 'The proxy lets the request through',
    why: 'A proxy that wants a user, or that does not allow the host, answers CONNECT with 407 or 403; clients report it as a broken connection.',
    proof: 'The status of CONNECT, or a 407 answer.',
    cure: 'Credentials in the proxy URL (http://user:password@host:port), or an entry for host:port on its allow-list.',
    needs: ['network'],
    uses: ['keyless'],
    judge(look) {
      const [network, keyless, setup] = [look('network'), look('keyless'), look('setup')];
      const isUsed = setup?.proxy?.isUsed !== false;
      const proxy = network?.tunnel?.proxy ?? setup?.proxy?.url ?? 'the proxy';
      const target = setup?.url.host ?? '';
      const failure = isUsed ? network?.tunnel?.failure : null;
      if (failure != null) {
        const source = setup?.proxy?.source ?? 'the configuration';
        return fail(`The proxy ${proxy} from ${source} cannot be reached; ${target} is not asked directly.`, {
          owner: 'you',
          evidence: [`${proxy}: ${failure.code ?? 'no connection'}: ${failure.message}`],
          remedy: remedy('Start or correct the proxy, or go without it.', withoutProxy(look)),
        });
      }
      const answer = owned('env.proxy_auth', keyless);
      const status = (isUsed ? network?.tunnel?.status : null) ?? statusOf(answer);
      if (answer === undefined && (status === null || status === 200)) return pass('');
      const problem = {
        owner: 'proxy',
        evidence: [`CONNECT ${target} -> ${status ?? 'no tunnel'}`],
      } as const;
      if (status === 407)
        return fail(`The proxy ${proxy} wants a user name and password (407).`, {
          ...problem,
          remedy: remedy(
            'Put the credentials into the proxy URL.',
            change(look, 'proxy', `http://USER:PASSWORD@${proxy}`),
          ),
        });
      if (status !== null && status >= 500)
        return fail(`The proxy ${proxy} could not connect to ${target} (${status}).`, {
          ...problem,
          confidence: 'likely',
          remedy: remedy(
            'Check the host in the base URL; if it is right, ask the owner of the proxy, or go without it.',
            withoutProxy(look),
          ),
        });
      return fail(`The proxy ${proxy} refused the tunnel to ${target} (${status ?? 'no reason given'}).`, {
        ...problem,
        remedy: remedy(`Ask the owner of the proxy to allow CONNECT to ${target}.`, [again(look)]),
      });
    },
  },
  {
    id: 'env.ca',
    group: 'config',
    title: 'Extra certificate authorities can be read',
    why: 'NODE_EXTRA_CA_CERTS is read once, when the program starts; a wrong path is only a warning, and DER is not PEM.',
    proof: 'The file is read and parsed.',
    cure: 'A PEM file, exported before the start; Node 22.15 and later also take NODE_USE_SYSTEM_CA=1.',
    needs: ['setup'],
    judge(look) {
      const files = look('setup')?.authorities ?? [];
      const bad = files.find(({ state }) => state !== 'ok');
      if (bad === undefined) {
        return pass(
          files.length === 0
            ? ''
            : `${files.map(({ certificates, path }) => `${certificates} in ${path}`).join(', ')}.`,
        );
      }
      const isMissing = bad.state === 'missing';
      return warn(
        `${bad.source} names ${bad.path}, which ${isMissing ? 'cannot be read' : 'is not PEM'}: its authorities are not trusted.`,
        {
          owner: 'you',
          remedy: isMissing
            ? remedy(`Correct the path in ${bad.source}.`, [`ls -l ${bad.path}`])
            : remedy('Convert the certificate to PEM.', [
                `openssl x509 -inform der -in ${bad.path} -out ${bad.path}.pem`,
              ]),
        },
      );
    },
  },
  {
    id: 'env.insecure',
    group: 'config',
    title: 'Certificates are checked',
    why: 'NODE_TLS_REJECT_UNAUTHORIZED=0 or --insecure, left on, hands the key to anybody on the way.',
    proof: 'The variable, or the setting.',
    cure: 'Unset it; trust the one root that is missing instead.',
    needs: ['setup'],
    judge: (look) =>
      look('setup')?.isTlsCheckOff
        ? warn('Certificate checks are switched off: whoever stands in between can read the key.', {
            owner: 'you',
            remedy: remedy('Trust the missing root instead of everything.', [
              'unset NODE_TLS_REJECT_UNAUTHORIZED',
              setCommand(look, 'cacert', 'ROOT.pem'),
            ]),
          })
        : pass(''),
  },
  {
    id: 'env.clock',
    group: 'edge',
    title: 'The clock of this machine is right',
    why: 'A clock that is off breaks certificates ("not yet valid") and login tokens; WSL2 loses time while asleep.',
    proof: 'The local time against the Date header of the keyless answer.',
    cure: 'Set the clock; on WSL2: sudo hwclock -s',
    needs: ['keyless'],
    judge(look) {
      const [keyless, setup] = [look('keyless'), look('setup')];
      if (keyless?.outcome !== 'answered' || keyless.headers['date'] === undefined)
        return unknown('No answer with a Date to compare with.');
      const seconds = Math.round(Math.abs(clockOffset(keyless)) / 1000);
      if (seconds <= 60) return pass('');
      return warn(`The clock here and the server's differ by ${seconds} s.`, {
        owner: 'you',
        confidence: 'likely',
        evidence: headerLines(keyless, 'date'),
        remedy: remedy('Set the clock.', [
          setup?.isWsl ? 'sudo hwclock -s' : 'sudo timedatectl set-ntp true',
          again(look),
        ]),
      });
    },
  },
  {
    id: 'env.runtime',
    group: 'config',
    title: 'This Node is maintained',
    why: 'Old runtimes and SDKs miss headers, events and root certificates; some gateways refuse old clients.',
    proof: 'The version of Node.',
    cure: 'Node 20.18.1 or later; pip install -U anthropic, npm install @anthropic-ai/sdk@latest for other clients.',
    needs: ['setup'],
    judge(look) {
      const version = look('setup')?.nodeVersion ?? '';
      const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
      if (major > 20 || (major === 20 && minor >= 18)) return pass(`Node ${version.replace(/^v/, '')}.`);
      return warn(`Node ${version.replace(/^v/, '')} is older than msg supports (20.18.1).`, {
        owner: 'you',
        remedy: remedy('Install a current Node.'),
      });
    },
  },
  {
    id: 'key.scheme_in_value',
    group: 'auth',
    title: 'The key is the bare key',
    why: 'A value such as "Bearer sk-..." makes the header "Bearer Bearer sk-..."; one provider\'s table even documents x-api-key that way.',
    proof: 'The beginning of the value.',
    cure: 'Store the key without scheme or header name.',
    needs: ['setup'],
    uses: ['keyed'],
    judge(look) {
      const key = look('setup')?.key;
      if (key?.scheme == null) return pass('');
      const problem = {
        owner: 'you',
        remedy: remedy('Save the key without it.', saveKey(look)),
      } as const;
      const text = `The key begins with "${key.scheme}", which ${key.scheme.endsWith('=') ? 'is the name of its variable' : 'belongs to the header, not to the key'}.`;
      const keyed = look('keyed');
      return keyed === undefined || isKeyRefused(look)
        ? fail(text, problem)
        : warn(`${text} It is accepted here all the same.`, problem);
    },
  },
  {
    id: 'key.prefix_mismatch',
    group: 'auth',
    title: 'The key is from the provider of this host',
    why: 'A key of one provider at the host of another is the most common 401 after a change of the base URL.',
    proof: "The key's prefix against the host; said only when the key was refused.",
    cure: 'A key issued by this host.',
    needs: ['setup'],
    uses: ['keyed'],
    judge(look) {
      const setup = look('setup');
      const vendor = setup?.key?.vendor;
      const host = setup?.url.hostname ?? '';
      // Anthropic's own keys at a gateway are key.caller_vs_upstream.
      if (vendor == null || vendor.name === 'Anthropic' || !isForeignTo(vendor, host) || !isKeyRefused(look))
        return pass(vendor == null ? '' : `A ${vendor.name} key, and nothing speaks against it.`);
      const keyed = look('keyed');
      return fail(
        `Key looks like ${vendor.name} (${vendor.prefix}…) but target is ${host}. Use a key issued by ${host}.`,
        {
          owner: 'you',
          confidence: 'likely',
          evidence: keyed === undefined ? [] : [wireLine(keyed)],
          remedy: remedy(`Use a key issued by ${host}, or the base URL of ${vendor.name}.`, saveKey(look)),
        },
      );
    },
  },
  {
    id: 'key.oauth_as_api',
    group: 'auth',
    title: 'The key is an API key, not a login token',
    why: 'Subscription tokens (sk-ant-oat...) are for the vendor\'s own client; as an API key they fail with "invalid x-api-key" or "OAuth ... not supported". Admin keys cannot generate.',
    proof: 'The prefix of the value, or the words of the refusal.',
    cure: 'Create an API key in the console.',
    needs: ['setup'],
    uses: ['keyed'],
    judge(look) {
      const key = look('setup')?.key;
      const answer = owned('key.oauth_as_api', look('keyed'));
      const problem = {
        owner: 'you',
        evidence: answer === undefined ? [] : [wireLine(answer)],
        remedy: remedy('Create an API key in the console and save it.', saveKey(look)),
      } as const;
      if (answer !== undefined || (key?.isOauth && isKeyRefused(look)))
        return fail(
          "A subscription token (sk-ant-oat…) is used as an API key; it is meant for the vendor's own client.",
          problem,
        );
      if (key?.isAdmin && isKeyRefused(look))
        return fail('An admin key (sk-ant-admin…) cannot generate; use an API key.', problem);
      if (key?.isOauth || key?.isAdmin)
        return warn(
          `The key is ${key.isOauth ? 'a subscription token' : 'an admin key'}; it works for now.`,
          problem,
        );
      return pass('');
    },
  },
  {
    id: 'key.caller_vs_upstream',
    group: 'auth',
    title: 'The gateway gets its own key',
    why: "A gateway issues caller keys of its own; the provider's key belongs into the gateway, and is refused at its door.",
    proof: 'A provider key (sk-ant-...) at another host, refused there without a request_id of Anthropic.',
    cure: 'Create a caller key (virtual key) in the gateway.',
    needs: ['setup', 'keyed'],
    judge(look) {
      const [setup, keyed] = [look('setup'), look('keyed')];
      const isProviderKey =
        setup?.key?.vendor?.prefix === 'sk-ant-' && isForeignTo(setup.key.vendor, setup.url.hostname);
      const isJudgedHere =
        keyed?.reading.check === 'auth.invalid' &&
        !/^req_0[A-Za-z0-9]{16,}$/.test(keyed.reading.requestId ?? '');
      if (!isProviderKey || !isJudgedHere) return pass('');
      return fail(
        `${setup?.url.host} is a gateway and judges keys itself; the key is Anthropic's (${setup?.key?.shown}). Create a caller key there.`,
        {
          owner: 'you',
          confidence: 'likely',
          evidence: [wireLine(keyed)],
          remedy: remedy('Create a caller key (virtual key) in the gateway and save it.', saveKey(look)),
        },
      );
    },
  },
  {
    id: 'model.lint',
    group: 'model',
    title: 'The model is written as an id',
    why: 'Display names ("Claude Sonnet 4.5"), the [1m] suffix of Claude Code and vendor prefixes are not ids everywhere.',
    proof: 'The text of the model.',
    cure: 'Copy the id from msg models.',
    needs: ['setup'],
    uses: ['count', 'message'],
    judge(look) {
      const model = look('setup')?.model;
      if (model == null)
        return info('No model is configured: nothing that needs one was checked.', {
          remedy: remedy('Name a model.', [setCommand(look, 'model', 'MODEL')]),
          owner: 'you',
        });
      const isRefused = [look('count'), look('message')].some((answer) => answer?.reading.kind === 'model');
      const suggestion = suggestId(model);
      const wasTried = look('count') !== undefined || look('message') !== undefined;
      if (suggestion === null) return pass(wasTried ? '' : `${model}, not tried`);
      const problem = {
        owner: 'you',
        confidence: 'likely',
        remedy: remedy(`Try ${suggestion.id}.`, [setCommand(look, 'model', suggestion.id)]),
      } as const;
      const text = `"${model}" ${suggestion.why}; the id is probably ${suggestion.id}.`;
      if (isRefused) return warn(text, problem);
      return suggestion.isHarmless ? pass('') : warn(text, problem);
    },
  },
];

/** The variables NO_PROXY makes exceptions of. */
const isProxyVariable = (source: string): boolean => /^(https?|all)_proxy$/i.test(source);

/** What the proxy answered instead of the API. */
const statusOf = (exchange: Exchange | undefined): number | null =>
  exchange === undefined
    ? null
    : exchange.outcome === 'answered'
      ? exchange.status
      : Number(exchange.failure.code) || null;

/** What an id would look like that was written as a display name or with decoration. */
function suggestId(model: string): { id: string; why: string; isHarmless: boolean } | null {
  if (/\[1m\]$/i.test(model))
    return {
      id: model.replace(/\[1m\]$/i, ''),
      why: 'has the [1m] suffix of Claude Code',
      isHarmless: false,
    };
  if (/\s/.test(model) || /^Claude\b/.test(model))
    return {
      id: model
        .trim()
        .toLowerCase()
        .replace(/[\s.]+/g, '-'),
      why: 'is a display name',
      isHarmless: false,
    };
  if (/^[a-z-]+\/claude/i.test(model))
    return {
      id: model.replace(/^[^/]+\//, '').replace(/\./g, '-'),
      why: 'has a vendor prefix',
      isHarmless: true,
    };
  return null;
}
