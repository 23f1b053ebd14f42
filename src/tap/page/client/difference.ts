// Where a request first differs from one before it, in the order in which a prompt cache sees them: tools, system,
// messages. What is behind that place is paid anew.
import type { JudgedExchange } from '../../exchange.ts';
import { commonParts, type Part, promptParts } from '../../prompt-parts.ts';
import { bodyJson } from './answer.ts';
import { type Child, element, fold } from './element.ts';
import { longText } from './long-text.ts';
import { count } from './words.ts';

export type Compared = {
  readonly id: number;
  readonly before: readonly Part[];
  readonly now: readonly Part[];
  /** Parts that are equal, from the beginning. */
  readonly common: number;
};

/** Undefined where one of the two is no request with a prompt. */
export function compared(before: JudgedExchange, now: JudgedExchange): Compared | undefined {
  const [old, fresh] = [before, now].map(({ exchange }) => {
    const request = bodyJson(exchange.request.body);
    return request && promptParts(request);
  });
  if (old === undefined || fresh === undefined) return undefined;
  return { id: before.row.id, before: old, now: fresh, common: commonParts(old, fresh) };
}

/** Both go on alike into their messages: they belong to one conversation. */
export const isSameConversation = ({ now, common }: Compared): boolean =>
  now[common - 1]?.place.startsWith('messages.') ?? false;

const length = (parts: readonly Part[]): number => parts.reduce((sum, { text }) => sum + text.length, 0);

export function differenceView({ id, before, now, common }: Compared): HTMLElement {
  const same = length(now.slice(0, common));
  const all = length(now);
  const share = all === 0 ? 0 : Math.floor((100 * same) / all);
  const [old, fresh] = [before[common], now[common]];
  const rest = Math.max(before.length, now.length) - common;
  const meter = element('span', { class: 'share', 'aria-hidden': 'true' }, element('i'));
  (meter.firstElementChild as HTMLElement).style.width = `${share}%`;
  return element(
    'div',
    { class: 'difference' },
    meter,
    element(
      'p',
      {},
      `Equal to #${id} from the beginning: ${count(common)} of ${count(now.length)} parts, ${count(same)} of ${count(all)} characters (${share} %). `,
      old === undefined && fresh === undefined
        ? 'The two prompts are equal.'
        : old === undefined
          ? 'It goes on where that one ended: a cache can read all of it.'
          : element('span', {}, 'They first differ in ', element('code', {}, (fresh ?? old).place), '.'),
    ),
    ...firstDifference(id, old, fresh),
    rest === 0
      ? null
      : fold([`Parts from there on · ${count(rest)}`], () =>
          laterParts(before.slice(common), now.slice(common)),
        ),
  );
}

/** What is shown around a difference. */
const charactersBefore = 160;
const charactersBehind = 1_600;

function firstDifference(id: number, old: Part | undefined, fresh: Part | undefined): Child[] {
  if (old === undefined) return [];
  if (fresh === undefined)
    return [
      element('p', {}, 'This request is shorter: it ends there. In the one before there follows:'),
      longText(old.text),
    ];
  const at = commonStart(old.text, fresh.text);
  const most = Math.min(old.text.length, fresh.text.length) - at;
  const behind = commonEnd(old.text, fresh.text, most);
  return [
    element(
      'div',
      { class: 'sides' },
      side(`#${id}`, old.text, [at, old.text.length - behind], 'del'),
      side('this request', fresh.text, [at, fresh.text.length - behind], 'ins'),
    ),
  ];
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** @param most what the two have in common at their beginning is not counted again */
function commonEnd(one: string, other: string, most: number): number {
  let length = 0;
  while (length < most && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}

function side(
  title: string,
  text: string,
  [at, end]: readonly [number, number],
  name: 'del' | 'ins',
): HTMLElement {
  const from = Math.max(0, at - charactersBefore);
  const to = Math.min(text.length, at + charactersBehind);
  return element(
    'figure',
    {},
    element('figcaption', {}, `${title}, at character ${count(at)}`),
    element(
      'pre',
      {},
      `${from > 0 ? '…' : ''}${text.slice(from, at)}`,
      element(name, {}, text.slice(at, Math.min(end, to))),
      `${text.slice(end, to)}${to < text.length ? '…' : ''}`,
    ),
  );
}

function laterParts(before: readonly Part[], now: readonly Part[]): HTMLElement {
  const old = new Map(before.map(({ place, text }) => [place, text]));
  const places = new Set(now.map(({ place }) => place));
  const line = (sign: string, words: string, { place, text, isMarked }: Part): HTMLElement =>
    fold(
      [
        element('span', { class: `sign ${words}` }, sign),
        element('code', {}, place),
        element(
          'span',
          { class: 'hint' },
          `${words}, ${count(text.length)} characters${isMarked ? ', cache' : ''}`,
        ),
      ],
      () => longText(text),
    );
  return element(
    'div',
    { class: 'parts' },
    ...now.map((part) => {
      const text = old.get(part.place);
      if (text === undefined) return line('+', 'new', part);
      return text === part.text ? line('=', 'same', part) : line('≠', 'changed', part);
    }),
    ...before.filter(({ place }) => !places.has(place)).map((part) => line('−', 'gone', part)),
  );
}
