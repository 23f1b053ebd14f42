// When what happened: the waterfall of an exchange, and how its answer arrived.
import type { ExchangeRow, TapExchange } from '../../exchange.ts';
import { type Child, drawing, element } from './element.ts';
import { duration, size } from './words.ts';

type Phase = { readonly name: string; readonly from: number; readonly to: number; readonly kind: string };

/** What is known of it, in the order in which it happens. Uploading and connecting go on at the same time. */
export function phasesOf(
  { times, interim }: TapExchange,
  { facts, durationMs }: ExchangeRow,
): readonly Phase[] {
  const { connected, requestEnd, head, firstByte, lastByte, clientEnd } = times;
  const sent = Math.max(connected ?? 0, requestEnd ?? 0);
  const firstText = facts.firstTextMs;
  const end = times.end ?? durationMs ?? lastByte ?? head ?? sent;
  const phases: (Phase | null)[] = [
    connected === null ? null : { name: 'Connect', from: 0, to: connected, kind: 'network' },
    requestEnd === null ? null : { name: 'Request sent', from: 0, to: requestEnd, kind: 'request' },
    ...interim.map(({ at, status }) => ({ name: `Interim ${status}`, from: sent, to: at, kind: 'wait' })),
    head === null
      ? { name: 'Waiting', from: sent, to: end, kind: 'wait' }
      : { name: 'Head', from: Math.min(sent, head), to: head, kind: 'wait' },
    firstByte === null || head === null
      ? null
      : { name: 'First byte', from: head, to: firstByte, kind: 'wait' },
    firstText === null || firstByte === null
      ? null
      : { name: 'First text', from: Math.min(firstByte, firstText), to: firstText, kind: 'wait' },
    head === null ? null : { name: 'End', from: firstText ?? firstByte ?? head, to: end, kind: 'answer' },
    clientEnd === null ? null : { name: 'Client closed', from: clientEnd, to: clientEnd, kind: 'client' },
  ];
  return phases.filter((phase) => phase !== null);
}

/** One row a phase, on one scale; behind it how long it took, and when it was over. */
export function waterfall(phases: readonly Phase[]): HTMLElement {
  const total = Math.max(1, ...phases.map(({ to }) => to));
  return element(
    'table',
    { class: 'waterfall' },
    element('caption', { class: 'unseen' }, 'Timing'),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Phase'),
        element('td', { 'aria-hidden': 'true' }),
        element('th', { scope: 'col' }, 'Took'),
        element('th', { scope: 'col' }, 'At'),
      ),
    ),
    element(
      'tbody',
      {},
      ...phases.map(({ name, from, to, kind }) => {
        const bar = element('i', { class: kind });
        // Widths as percents of the track: a phase of no length is still a line.
        bar.style.left = `min(${percent(from, total)}, 100% - 3px)`;
        bar.style.width = percent(to - from, total);
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          element('td', { 'aria-hidden': 'true' }, element('span', { class: 'track' }, bar)),
          element('td', {}, to - from < 0.05 ? '' : exactly(to - from)),
          element('td', {}, exactly(to)),
        );
      }),
    ),
  );
}

/** Behind a beginning that is not 0, how long after it: seconds later, milliseconds count. */
const timeLabel = (start: number, after: number): string =>
  after > 0 ? `${start > 0 ? '+' : ''}${duration(after)}` : start > 0 ? duration(start) : '0';

/** On this machine much takes less than a millisecond. */
const exactly = (ms: number): string => (ms < 9.95 ? `${ms.toFixed(1)} ms` : duration(ms));

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;

const plot = { height: 190, left: 58, top: 12, bottom: 142 };

/**
 * Bytes that had come against time, as a staircase; below it one mark an arrival. A buffer shows as cliffs.
 * @param width of the place it will have: its labels are as large as other text
 */
export function arrivalChart({ response }: TapExchange, { facts }: ExchangeRow, width: number): Child {
  const arrivals = response?.arrivals ?? [];
  const first = arrivals[0];
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined || arrivals.length < 2 || last[0] <= first[0]) return null;
  const end = last[0];
  const right = width - 12;
  const total = arrivals.reduce((sum, [, bytes]) => sum + bytes, 0);
  // How long nothing came is seen above; what came late would be a stroke at the edge.
  const start = first[0] > end / 2 ? first[0] : 0;
  const x = (at: number): number => plot.left + ((at - start) / (end - start)) * (right - plot.left);
  const y = (bytes: number): number => plot.bottom - (bytes / total) * (plot.bottom - plot.top);
  const steps: string[] = [];
  const marks = new Set<string>();
  let bytes = 0;
  for (const [at, more] of arrivals) {
    bytes += more;
    const place = x(at).toFixed(1);
    // What falls on the same place is one step, however many arrivals it was.
    if (marks.has(place)) steps.pop();
    else steps.push(`H${place}`);
    marks.add(place);
    steps.push(`V${y(bytes).toFixed(1)}`);
  }
  const line = `M${plot.left} ${plot.bottom}${steps.join('')}`;
  const text = (words: string, at: number, height: number, anchor: string): SVGTextElement =>
    drawing('text', { class: 'label', x: at.toFixed(1), y: height, 'text-anchor': anchor }, words);
  const words = `${size(total)} in ${arrivals.length} arrivals, from ${duration(first[0])} to ${duration(end)}`;
  return element(
    'figure',
    { class: 'arrivals' },
    drawing(
      'svg',
      {
        class: 'chart',
        viewBox: `0 0 ${width} ${plot.height}`,
        role: 'img',
        'aria-label': `Arrival of the answer: ${words}`,
      },
      ...[0, total / 2, total].flatMap((level) => [
        drawing('line', { class: 'grid', x1: plot.left, x2: right, y1: y(level), y2: y(level) }),
        text(level === 0 ? '0' : size(Math.round(level)), plot.left - 8, y(level) + 4, 'end'),
      ]),
      drawing('path', { class: 'area', d: `${line}V${plot.bottom}Z` }),
      drawing('path', { class: 'stairs', d: line }),
      drawing('path', {
        class: 'tick',
        d: [...marks].map((place) => `M${place} ${plot.bottom + 6}v11`).join(''),
      }),
      ...(facts.firstTextMs === null || facts.firstTextMs > end
        ? []
        : [
            drawing('path', {
              class: 'first',
              d: `M${x(facts.firstTextMs).toFixed(1)} ${plot.top}V${plot.bottom}`,
            }),
          ]),
      ...(width < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) =>
        text(
          timeLabel(start, share * (end - start)),
          x(start + share * (end - start)),
          plot.height - 8,
          share === 1 ? 'end' : share === 0 ? 'start' : 'middle',
        ),
      ),
    ),
    element(
      'figcaption',
      { class: 'legend' },
      element('span', {}, `bytes received: ${words}`),
      ...(facts.firstTextMs === null ? [] : [element('span', { class: 'first' }, 'first text')]),
    ),
  );
}
