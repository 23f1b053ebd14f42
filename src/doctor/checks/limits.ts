// Limits and money: what remains, what is used up, and when it is there again.
import { checksOf, fail, info, pass, remedy, warn } from '../engine/check.ts';
import { answersOf, isMessageFine, owned } from '../engine/exchange-facts.ts';
import type { Answered, Observe } from '../engine/observations.ts';
import { again } from '../engine/remedy-commands.ts';
import { headerLines, wireLine } from '../engine/wire-lines.ts';

const later = ['keyed', 'count', 'message', 'stream'] as const;

const isLimitHeader = (name: string): boolean => /ratelimit|^retry-after/.test(name);

/** The latest answer that carries limit headers. */
function limitsOf(observe: Observe): Answered | undefined {
  return answersOf(observe)
    .filter(
      (one): one is Answered => one?.outcome === 'answered' && Object.keys(one.headers).some(isLimitHeader),
    )
    .at(-1);
}

/** "in 12 s", "at 14:05 UTC", or null: when a limit is over, by whichever header says so. */
function resetText(exchange: Answered): string | null {
  const { headers } = exchange;
  const seconds = Number(headers['retry-after'] || Number.NaN);
  if (seconds >= 0) return `in ${spoken(seconds)}`;
  const date = Object.entries(headers).find(
    ([name, value]) =>
      /reset$|^retry-after$/.test(name) && !Number.isNaN(Date.parse(value)) && /[T ]/.test(value),
  )?.[1];
  if (date !== undefined) return Date.parse(date) > exchange.wallTimeMs ? `at ${date}` : null;
  const remaining = Object.entries(headers).find(
    ([name, value]) => /ratelimit.*reset/.test(name) && /^\d+(\.\d+)?s?$/.test(value),
  )?.[1];
  if (remaining !== undefined) return `in ${spoken(Number.parseFloat(remaining))}`;
  const named =
    /"reset_?(?:s_?)?at"\s*:\s*"([^"]{10,40})"/i.exec(exchange.body)?.[1] ??
    /\bresets? (?:at )?(\d[^."]{3,30})/i.exec(exchange.body)?.[1];
  return named === undefined ? null : `at ${named}`;
}

function spoken(seconds: number): string {
  // Some count in epoch seconds.
  if (seconds > 1e9) return `time (${new Date(seconds * 1000).toISOString()})`;
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const limitChecks = checksOf({ group: 'limits', needs: ['keyless'] }, [
  {
    id: 'rate.headers',
    title: 'The limits are known',
    why: 'Limits are told in anthropic-ratelimit-*, x-ratelimit-* or not at all; knowing what remains avoids a 429.',
    proof: 'The headers of every answer.',
    cure: 'Nothing to cure.',
    uses: later,
    judge(observe) {
      const answer = limitsOf(observe);
      if (answer === undefined) return info('The answers carry no limits.');
      const evidence = Object.entries(answer.headers)
        .filter(([name]) => isLimitHeader(name))
        .map(([name, value]) => `${name}: ${value}`);
      const low = evidence.find((line) => /remaining: [0-2]$/.test(line));
      const find = (pattern: RegExp): string | undefined =>
        Object.entries(answer.headers).find(([name]) => pattern.test(name))?.[1];
      const [remaining, limit] = [
        find(/ratelimit-(requests-)?remaining|ratelimit-remaining/),
        find(/ratelimit-(requests-)?limit|ratelimit-limit/),
      ];
      const text =
        remaining === undefined
          ? `${evidence.length} headers tell them.`
          : `${remaining}${limit === undefined ? '' : ` of ${limit}`} requests remain.`;
      if (low === undefined) return info(text, { evidence });
      return warn(`Almost nothing remains: ${low}.`, {
        owner: 'you',
        evidence,
        remedy: remedy(
          `Wait${resetText(answer) === null ? '' : ` until it resets ${resetText(answer)}`}, or use --free.`,
          [`${again(observe)} --free`],
        ),
      });
    },
  },
  {
    id: 'bill.balance',
    title: 'The balance covers a request',
    why: 'No credit is told as 402, as 400 "credit balance is too low", as 403 or 429 "insufficient quota"; some charge max_tokens in advance, so that one token passes and 32,000 do not.',
    proof: 'The words of the refusal.',
    cure: 'Top up.',
    uses: later,
    judge(observe) {
      const answer = owned('bill.balance', ...answersOf(observe));
      if (answer === undefined) return pass('');
      return fail(
        `The balance does not cover the request: "${answer.reading.errorMessage ?? ''}". The key itself is fine.`,
        {
          owner: answer.reading.owner,
          evidence: [wireLine(answer)],
          remedy: remedy(
            answer.reading.owner === 'gateway'
              ? 'Who runs the gateway has to top up its account at the provider.'
              : 'Top up at the provider.',
            [again(observe)],
          ),
        },
      );
    },
  },
  {
    id: 'rate.quota',
    title: 'No quota is used up',
    why: 'Daily, five-hourly and weekly windows and budgets are told as 429 too, but waiting a moment does not help.',
    proof: 'Words such as quota, budget, daily; a missing or very long retry-after.',
    cure: 'Wait for the window to end, or raise the plan.',
    uses: later,
    judge(observe) {
      const answer = owned('rate.quota', ...answersOf(observe));
      if (answer?.outcome !== 'answered') return pass('');
      const resets = resetText(answer);
      return fail(
        `${answer.reading.cure === null ? 'Quota, not speed' : 'The request is too large for the limit'}: "${answer.reading.errorMessage ?? answer.reading.means}"${resets === null ? '' : ` resets ${resets}`}. Retrying will not help.`,
        {
          owner: answer.reading.owner,
          evidence: [wireLine(answer), ...headerLines(answer, 'retry-after')],
          remedy: remedy(
            answer.reading.cure ??
              `${resets === null ? 'Wait until the window of the limit ends' : `Wait until it resets ${resets}`}, or have the limit raised ${answer.reading.owner === 'gateway' ? 'by who runs the gateway' : 'where the key was made'}.`,
            [again(observe)],
          ),
        },
      );
    },
  },
  {
    id: 'rate.limited',
    title: 'Requests are not limited right now',
    why: 'Too many requests in a short time; the doctor stops asking.',
    proof: '429 with a short retry-after.',
    cure: 'Wait.',
    uses: later,
    judge(observe) {
      // Some limit whoever comes without a key, and nobody else.
      const answers = answersOf(observe).filter(
        (one) => !isMessageFine(observe) || one !== observe('keyless'),
      );
      const answer = owned('rate.limited', ...answers);
      if (answer?.outcome !== 'answered') return pass('');
      const resets = resetText(answer);
      return warn(
        `Too many requests right now${resets === null ? '' : `; again ${resets}`}. The rest could not be determined.`,
        {
          owner: answer.reading.owner,
          evidence: [wireLine(answer), ...headerLines(answer, 'retry-after')],
          remedy: remedy(`Wait${resets === null ? '' : ` (${resets})`}, then run it again.`, [
            again(observe),
          ]),
        },
      );
    },
  },
]);
