// This machine: variables, other settings files, certificate authorities, clock, Node.
import { checksOf, degrade, info, pass, remedy, warn } from '../engine/check.ts';
import { nodeLine } from '../engine/node-lines.ts';
import { again, setClock, setCommand } from '../engine/remedy-commands.ts';
import { headerLines } from '../engine/wire-lines.ts';
import { clockOffset } from '../streams/stream-judgement.ts';

export const environmentChecks = checksOf({ group: 'config', needs: ['setup'] }, [
  {
    id: 'env.conflict',
    title: 'At most one Anthropic credential is set in the environment',
    why: 'With both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN set, the SDK 0.x sends both headers and Claude Code prefers the token: a good key then fails with 401, or "Auth conflict" is shown.',
    proof: 'Both variables are set to different values.',
    cure: 'Unset the one that is not meant for this endpoint.',
    judge(observe) {
      const credentials = observe('setup')?.credentials ?? [];
      const [a, b] = credentials;
      if (a === undefined || b === undefined) return pass('');
      const loser = credentials.find(({ isUsed }) => !isUsed) ?? b;
      const host = observe('setup')?.url.host ?? 'the endpoint';
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
    title: 'No other file overrides what the shell says',
    why: 'Claude Code reads the env block of ~/.claude/settings.json before the shell; an edited key or base URL then has no effect there.',
    proof: 'The same variable has another value in a settings file or a .env here.',
    cure: 'Keep one place; remove the variable from the others.',
    judge(observe) {
      const shadows = observe('setup')?.shadows ?? [];
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
    id: 'env.runtime',
    title: 'This Node gets updates',
    why: 'Old runtimes and SDKs miss headers, events and root certificates; some gateways refuse old clients.',
    proof: 'The version of Node against the dates of its release lines.',
    cure: 'A Node that still gets updates, 20.18.1 or later; pip install -U anthropic, npm install @anthropic-ai/sdk@latest for other clients.',
    judge(observe) {
      const { nodeVersion = '', wallTimeMs = 0 } = observe('setup') ?? {};
      const version = nodeVersion.replace(/^v/, '');
      const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
      const { lastDay, isOver } = nodeLine(version, wallTimeMs);
      if (major < 20 || (major === 20 && (minor < 18 || (minor === 18 && patch < 1))))
        return warn(`Node ${version} is older than msg supports (20.18.1).`, {
          owner: 'you',
          remedy: remedy('Install a current Node.'),
        });
      if (isOver) return info(`Node ${version}: end of life was ${lastDay}.`);
      return pass(
        lastDay === undefined ? `Node ${version}.` : `Node ${version}, with updates until ${lastDay}.`,
      );
    },
  },
  {
    id: 'env.ca',
    title: 'Extra certificate authorities can be read',
    why: 'NODE_EXTRA_CA_CERTS is read once, when the program starts; a wrong path is only a warning, and DER is not PEM.',
    proof: 'The file is read and parsed.',
    cure: 'A PEM file, exported before the start; Node 22.15 and later also take NODE_USE_SYSTEM_CA=1.',
    judge(observe) {
      const files = observe('setup')?.authorities ?? [];
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
    title: 'Certificates are checked',
    why: 'NODE_TLS_REJECT_UNAUTHORIZED=0 or --insecure, left on, hands the key to anybody on the way.',
    proof: 'The variable, or the setting.',
    cure: 'Unset it; trust the one root that is missing instead.',
    judge: (observe) =>
      observe('setup')?.isTlsCheckOff
        ? degrade('Certificate checks are switched off: whoever stands in between can read the key.', {
            owner: 'you',
            remedy: remedy('Trust the missing root instead of everything.', [
              'unset NODE_TLS_REJECT_UNAUTHORIZED',
              setCommand(observe, 'cacert', 'ROOT.pem'),
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
    judge(observe) {
      const keyless = observe('keyless');
      if (keyless?.outcome !== 'answered' || keyless.headers['date'] === undefined) return pass('');
      const seconds = Math.round(Math.abs(clockOffset(keyless)) / 1000);
      if (seconds <= 60) return pass('');
      return warn(`The clock here and the server's differ by ${seconds} s.`, {
        owner: 'you',
        confidence: 'likely',
        evidence: headerLines(keyless, 'date'),
        remedy: remedy('Set the clock.', [setClock(observe), again(observe)]),
      });
    },
  },
]);
