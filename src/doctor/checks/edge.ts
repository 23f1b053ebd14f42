// What stands before the API, and what it wants of requests or does to bodies. Its refusals: edge-blocks.
import { checksOf, degrade, fail, info, notAsked, pass, remedy, warn } from '../engine/check.ts';
import { answersOf, owned } from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import { again, headerCommand } from '../engine/remedy-commands.ts';
import { forHops, largerBodies } from '../engine/remedy-snippets.ts';
import { headerLines, wireLine, wireLines } from '../engine/wire-lines.ts';
import { hopsOf } from '../streams/stream-judgement.ts';

/** The first answer that a check owns: without key, with it, or with a real body. */
export const accused = (observe: Observe, id: string): Exchange | undefined =>
  owned(id, ...answersOf(observe));

/** What is looked at after the keyless answer: the same refusal may come only with the key, or with a real body. */
export const later = ['keyed', 'count', 'message'] as const;

/** `64 KiB`, `9 MiB` */
export const kilobytes = (bytes: number): string =>
  bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(0)} MiB` : `${Math.round(bytes / 1024)} KiB`;

export const edgeChecks = checksOf({ group: 'limits', needs: ['keyless'] }, [
  {
    id: 'edge.fingerprint',
    group: 'edge',
    title: 'The hops on the way are known',
    why: 'Who answered decides whose fault an error is.',
    proof: 'Response headers and error pages.',
    cure: 'Nothing to cure.',
    isRetold: true,
    judge(observe) {
      const hops = hopsOf(observe);
      if (hops.length === 0)
        return info('The answer without a key names no hop.', {
          evidence: headerLines(observe('keyless'), 'server', 'via'),
        });
      return info(`${hops.map(({ name }) => name).join(' → ')}`, {
        evidence: hops.map(({ name, evidence }) => `${name}: ${evidence}`),
      });
    },
  },
  {
    id: 'edge.size_limit',
    title: 'Large bodies are accepted',
    why: 'nginx allows 1 MiB by default, the native API 32 MB: short tests pass, a prompt with images fails with 413.',
    proof: 'Keyless bodies of 8 KiB, 64 KiB, 1 MiB and 9 MiB (--size).',
    cure: 'client_max_body_size 50m; or its counterpart.',
    configuration: largerBodies,
    uses: ['sizes', 'message'],
    judge(observe) {
      const sizes = observe('sizes');
      const tooLarge = sizes?.find(
        ({ exchange }) => exchange.outcome === 'answered' && exchange.status === 413,
      );
      const owner = accused(observe, 'edge.size_limit');
      if (tooLarge === undefined && owner === undefined) {
        return sizes === undefined
          ? notAsked('--size')
          : pass(`${kilobytes(sizes.at(-1)?.bytes ?? 0)} was accepted.`);
      }
      const passed = sizes
        ?.filter(({ exchange }) => exchange.outcome === 'answered' && exchange.status !== 413)
        .at(-1);
      const witness = tooLarge?.exchange ?? owner;
      return warn(
        `Bodies of ${tooLarge === undefined ? 'this size' : kilobytes(tooLarge.bytes)} are refused with 413${passed === undefined ? '' : `; ${kilobytes(passed.bytes)} passes`}.`,
        {
          owner: 'proxy',
          evidence: wireLines(witness),
          remedy: remedy(
            'Raise the body limit of the hop.',
            [`${again(observe)} --size`],
            forHops(observe, largerBodies),
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
    uses: ['keyed'],
    judge(observe) {
      const keyed = owned('edge.required_header', observe('keyed'));
      const keyless =
        observe('keyed') === undefined ? owned('edge.required_header', observe('keyless')) : undefined;
      const answer = keyed ?? keyless;
      if (answer === undefined) return pass('');
      const isBasic =
        answer.outcome === 'answered' && /^basic/i.test(answer.headers['www-authenticate'] ?? '');
      const challenge = answer.outcome === 'answered' ? (answer.headers['www-authenticate'] ?? '') : '';
      const header =
        /\b(x-[a-z]+(?:-[a-z]+)+|cf-aig-authorization)\b/i.exec(
          `${answer.reading.errorMessage} ${answer.reading.means}`,
        )?.[1] ??
        /\bname="([A-Za-z0-9-]+)"/i.exec(challenge)?.[1] ??
        'NAME';
      const name = isBasic ? 'Authorization' : header;
      return fail(
        isBasic
          ? `A hop wants user name and password (Basic) before the API key is looked at.`
          : `The gateway wants the header ${header} besides the key.`,
        {
          owner: 'you',
          evidence: [wireLine(answer), ...headerLines(answer, 'www-authenticate')],
          remedy: remedy(`Send ${name} with every request.`, [headerCommand(observe, name), again(observe)]),
        },
      );
    },
  },
  {
    id: 'edge.encoding_lie',
    title: 'Bodies are encoded as declared',
    why: 'A hop decompresses and keeps the old header, or the reverse: clients fail with a zlib error, often only on errors.',
    proof: 'content-encoding against the bytes that came.',
    cure: 'Drop the header where the body is decompressed.',
    uses: [...later, 'stream'],
    judge(observe) {
      const answers = answersOf(observe);
      const broken =
        owned('edge.encoding_lie', ...answers) ??
        answers.find((one) => one?.outcome === 'answered' && /Z_DATA/.test(one.breakage?.code ?? ''));
      const lies = answers.filter(
        (one) => one?.outcome === 'answered' && (one.isUndeclaredGzip || one.isFalselyEncoded),
      );
      // Where only refusals lie, those who are not refused never see it.
      const hurting = broken ?? lies.find((one) => one?.outcome === 'answered' && one.status < 300);
      const witness = hurting ?? lies[0];
      if (witness === undefined) return pass('');
      return (hurting === undefined ? degrade : fail)(
        witness.outcome === 'answered' && witness.isUndeclaredGzip
          ? 'A compressed body comes without content-encoding: clients read binary.'
          : witness.outcome === 'answered' && witness.isFalselyEncoded
            ? `A body is labelled content-encoding: ${witness.headers['content-encoding']}, and is not: msg reads it as it is, fetch and every SDK fail to decode it (Z_DATA_ERROR).`
            : 'A body is not encoded the way its content-encoding says.',
        {
          owner: 'proxy',
          evidence: [wireLine(witness), ...headerLines(witness, 'content-encoding')],
          remedy: remedy(
            'Drop content-encoding where the body is decompressed, or do not touch the body.',
            [again(observe)],
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
]);
