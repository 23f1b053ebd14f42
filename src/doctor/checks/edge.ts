// Group D: who stands before the API, and whether one of them refuses the request.
import { type Check, fail, info, notAsked, pass, remedy, warn } from '../check.ts';
import { headerLines, wireLine } from '../evidence.ts';
import type { Exchange, Look } from '../observations.ts';
import { again, forHops, headerCommand, largerBodies, owned, skipWaf } from '../remedies.ts';
import { hopsOf } from '../stream-judgement.ts';

/** The first answer that a check of this group owns: without key, with it, or with a real body. */
const accused = (look: Look, id: string): Exchange | undefined =>
  owned(id, look('keyless'), look('keyed'), look('count'), look('message'), look('stream')?.exchange);

const later = ['keyed', 'count', 'message'] as const;

const kilobytes = (bytes: number): string =>
  bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(0)} MiB` : `${Math.round(bytes / 1024)} KiB`;

export const edgeChecks: readonly Check[] = [
  {
    id: 'edge.fingerprint',
    group: 'edge',
    title: 'The hops on the way are known',
    why: 'Who answered decides whose fault an error is.',
    proof: 'Response headers and error pages.',
    cure: 'Nothing to cure.',
    needs: ['keyless'],
    judge(look) {
      const hops = hopsOf(look);
      if (hops.length === 0)
        return info('No hop gives itself away.', { evidence: headerLines(look('keyless'), 'server', 'via') });
      return info(`${hops.map(({ name }) => name).join(' → ')}`, {
        evidence: hops.map(({ name, evidence }) => `${name}: ${evidence}`),
      });
    },
  },
  {
    id: 'edge.waf_challenge',
    group: 'edge',
    title: 'No bot challenge stands before the API',
    why: 'A challenge is a page for browsers ("Just a moment..."); no API client can pass it.',
    proof: 'cf-mitigated: challenge, or the page itself.',
    cure: 'Skip the rule for the API path, or use the API host.',
    configuration: skipWaf,
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = accused(look, 'edge.waf_challenge');
      if (answer === undefined) return pass('');
      const ray = answer.outcome === 'answered' ? answer.headers['cf-ray'] : undefined;
      const path = look('setup')?.url.path ?? '/v1/messages';
      return fail(
        `A bot challenge${ray ? ` from Cloudflare (${ray})` : ''} blocked the request before the API. Ask the owner of the host to skip the rule for ${path}, or use their API host.`,
        {
          owner: 'proxy',
          evidence: [wireLine(answer), ...headerLines(answer, 'cf-mitigated', 'cf-ray')],
          remedy: remedy(`Have the challenge skipped for ${path}.`, [again(look)], forHops(look, skipWaf)),
        },
      );
    },
  },
  {
    id: 'edge.waf_ua',
    group: 'edge',
    title: 'The edge does not ban this client',
    why: 'Error 1010 bans the signature of a client, not the key; other clients pass.',
    proof: 'The code of the edge, and the same request under a neutral name.',
    cure: 'Allow the client for the API path.',
    configuration: skipWaf,
    needs: ['keyless'],
    uses: ['plainAgent'],
    judge(look) {
      const answer = accused(look, 'edge.waf_ua');
      const [keyless, plain] = [look('keyless'), look('plainAgent')];
      const differs =
        keyless?.reading.kind === 'blocked' &&
        plain?.outcome === 'answered' &&
        plain.reading.kind !== 'blocked';
      if (answer === undefined && !differs) return pass('');
      const shown = answer ?? keyless;
      return fail(
        `The edge bans this client by its name${differs ? '; the same request under a neutral name passes' : ' or TLS signature'}. msg does not imitate other clients.`,
        {
          owner: 'proxy',
          confidence: answer === undefined ? 'likely' : 'certain',
          evidence: [shown, plain].filter((one) => one !== undefined).map(wireLine),
          remedy: remedy(
            'Ask the owner of the host to allow API clients on this path.',
            [headerCommand(look, 'user-agent'), again(look)],
            forHops(look, skipWaf),
          ),
        },
      );
    },
  },
  {
    id: 'edge.waf_body',
    group: 'edge',
    title: 'No firewall rule dislikes the body',
    why: 'AWS WAF and similar refuse bodies above 8 KB or with "../" in them: short tests pass, real prompts fail with 403.',
    proof: 'A 403 of the edge on a larger or real body where {} passes.',
    cure: 'SizeRestrictions_BODY and GenericLFI_BODY in Count mode for this path.',
    configuration: skipWaf,
    needs: ['keyless'],
    uses: [...later, 'sizes'],
    judge(look) {
      const answer = accused(look, 'edge.waf_body');
      const refused = (look('sizes') ?? []).find(
        ({ exchange }) => exchange.outcome === 'answered' && exchange.status === 403,
      );
      const keyless = look('keyless');
      const isSmallFine = keyless?.outcome === 'answered' && keyless.status !== 403;
      const shown = answer ?? (isSmallFine ? refused?.exchange : undefined);
      if (shown === undefined) return pass('');
      const size = answer === undefined ? ` of ${kilobytes(refused?.bytes ?? 0)}` : '';
      return fail(`A firewall refused a body${size} with 403; the API never saw it.`, {
        owner: 'proxy',
        confidence: isSmallFine ? 'certain' : 'likely',
        evidence: [wireLine(shown), ...headerLines(shown, 'server')],
        remedy: remedy(
          'Exempt the API path from the body rules.',
          [`${again(look)} --size`, again(look)],
          forHops(look, skipWaf),
        ),
      });
    },
  },
  {
    id: 'edge.client_whitelist',
    group: 'edge',
    title: 'The endpoint admits this client',
    why: "Some relays admit only one vendor's client; every other one gets 403 or a 503 that looks like an outage.",
    proof: 'The words of the refusal.',
    cure: 'A key without client restriction.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = accused(look, 'edge.client_whitelist');
      if (answer === undefined) return pass('');
      return fail(
        `This key only admits certain clients (${answer.reading.errorMessage ?? 'a client list'}). msg does not imitate other clients. Ask the provider for an API key without client restriction.`,
        {
          owner: 'provider',
          evidence: [wireLine(answer)],
          remedy: remedy('Ask the provider for a key without client restriction.', [again(look)]),
        },
      );
    },
  },
  {
    id: 'edge.geo_ip',
    group: 'edge',
    title: 'Requests from this address are admitted',
    why: 'Countries, data centres and VPN exits are refused with 403 that looks like a key problem.',
    proof: 'The words of the refusal, or 451.',
    cure: 'Another network, or an entry on the allow-list.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = accused(look, 'edge.geo_ip');
      if (answer === undefined) return pass('');
      return fail(`Requests from this network address are refused: "${answer.reading.errorMessage ?? ''}".`, {
        owner: 'provider',
        evidence: [wireLine(answer)],
        remedy: remedy('Use another network, or have this address put on the allow-list.', [
          'curl -s https://checkip.amazonaws.com',
          again(look),
        ]),
      });
    },
  },
  {
    id: 'edge.size_limit',
    group: 'limits',
    title: 'Large bodies are accepted',
    why: 'nginx allows 1 MiB by default, the native API 32 MB: short tests pass, a prompt with images fails with 413.',
    proof: 'Keyless bodies of 8 KiB, 64 KiB, 1 MiB and 9 MiB (--size).',
    cure: 'client_max_body_size 50m; or its counterpart.',
    configuration: largerBodies,
    needs: ['keyless'],
    uses: ['sizes', 'message'],
    judge(look) {
      const sizes = look('sizes');
      const tooLarge = sizes?.find(
        ({ exchange }) => exchange.outcome === 'answered' && exchange.status === 413,
      );
      const owner = accused(look, 'edge.size_limit');
      if (tooLarge === undefined && owner === undefined) {
        return sizes === undefined
          ? notAsked('--size')
          : pass(`${kilobytes(sizes.at(-1)?.bytes ?? 0)} was accepted.`);
      }
      const passed = sizes
        ?.filter(({ exchange }) => exchange.outcome === 'answered' && exchange.status !== 413)
        .at(-1);
      const shown = tooLarge?.exchange ?? owner;
      return warn(
        `Bodies of ${tooLarge === undefined ? 'this size' : kilobytes(tooLarge.bytes)} are refused with 413${passed === undefined ? '' : `; ${kilobytes(passed.bytes)} passes`}.`,
        {
          owner: 'proxy',
          evidence: shown === undefined ? [] : [wireLine(shown)],
          remedy: remedy(
            'Raise the body limit of the hop.',
            [`${again(look)} --size`],
            forHops(look, largerBodies),
          ),
        },
      );
    },
  },
  {
    id: 'edge.required_header',
    group: 'auth',
    title: 'No further header is wanted',
    why: 'Corporate gateways, Portkey and protected AI gateways want a header of their own beside the key.',
    proof: 'A refusal that names a header, or a Basic challenge.',
    cure: 'The header in the profile.',
    needs: ['keyless'],
    uses: ['keyed'],
    judge(look) {
      const keyed = owned('edge.required_header', look('keyed'));
      const keyless =
        look('keyed') === undefined ? owned('edge.required_header', look('keyless')) : undefined;
      const answer = keyed ?? keyless;
      if (answer === undefined) return pass('');
      const isBasic =
        answer.outcome === 'answered' && /^basic/i.test(answer.headers['www-authenticate'] ?? '');
      const header =
        /\b(x-[a-z]+(?:-[a-z]+)+|cf-aig-authorization)\b/i.exec(answer.reading.errorMessage ?? '')?.[1] ??
        'NAME';
      const name = isBasic ? 'Authorization' : header;
      return fail(
        isBasic
          ? `A hop wants user name and password (Basic) before the API key is looked at.`
          : `The gateway wants the header ${header} besides the key.`,
        {
          owner: 'you',
          evidence: [wireLine(answer), ...headerLines(answer, 'www-authenticate')],
          remedy: remedy(`Send ${name} with every request.`, [headerCommand(look, name), again(look)]),
        },
      );
    },
  },
  {
    id: 'edge.encoding_lie',
    group: 'limits',
    title: 'Bodies are encoded as declared',
    why: 'A hop decompresses and keeps the old header, or the reverse: clients fail with a zlib error, often only on errors.',
    proof: 'content-encoding against the bytes that came.',
    cure: 'Drop the header where the body is decompressed.',
    needs: ['keyless'],
    uses: [...later, 'stream'],
    judge(look) {
      const answers = [
        look('keyless'),
        look('keyed'),
        look('count'),
        look('message'),
        look('stream')?.exchange,
      ];
      const broken =
        owned('edge.encoding_lie', ...answers) ??
        answers.find((one) => one?.outcome === 'answered' && /Z_DATA/.test(one.breakage?.code ?? ''));
      const lying = answers.find(
        (one) => one?.outcome === 'answered' && (one.isUndeclaredGzip || one.isFalselyEncoded),
      );
      const shown = broken ?? lying;
      if (shown === undefined) return pass('');
      const isUndeclared = shown.outcome === 'answered' && shown.isUndeclaredGzip;
      return (broken === undefined && !isUndeclared ? warn : fail)(
        isUndeclared
          ? 'A compressed body comes without content-encoding: clients read binary.'
          : 'A body is not encoded the way its content-encoding says.',
        {
          owner: 'proxy',
          evidence: [wireLine(shown), ...headerLines(shown, 'content-encoding')],
          remedy: remedy(
            'Drop content-encoding where the body is decompressed, or do not touch the body.',
            [again(look)],
            [
              {
                server: 'nginx',
                text: 'proxy_hide_header Content-Encoding;  # only where the body is decompressed (gunzip on;)',
              },
              {
                server: 'Node proxies',
                text: "headers.delete('content-encoding'); headers.delete('content-length')",
              },
            ],
          ),
        },
      );
    },
  },
];
