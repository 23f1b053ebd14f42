// The ways an honest stream goes wrong between a model and its reader: each makes another script of one.
// Answers that are no stream stay as they are. Pure.
import type { Change } from './scenario.ts';
import {
  bytes,
  bytesOf,
  type EventStep,
  event,
  type HeadStep,
  pause,
  type Script,
  type ScriptStep,
} from './script.ts';

/** Several changes, one after the other. */
export const inTurn =
  (...changes: readonly Change[]): Change =>
  (script, request) =>
    changes.reduce((changed, change) => change(changed, request), script);

/** Puts steps before everything else, the head included. */
export const first =
  (...steps: readonly ScriptStep[]): Change =>
  (script) => [...steps, ...script];

/** Sets fields of the head of a stream. */
export const withHead = (fields: Partial<HeadStep>): Change =>
  onStreams((script) => script.map((step) => (step.step === 'head' ? { ...step, ...fields } : step)));

/** Sets how every event is framed. */
export const framed = (fields: Pick<EventStep, 'event' | 'lineEnd'>): Change =>
  onStreams((script) => script.map((step) => (step.step === 'event' ? { ...step, ...fields } : step)));

/** Leaves out every event of a type. */
export const without = (type: string): Change =>
  onStreams((script) => script.filter((step) => typeOf(step) !== type));

/** Puts steps after every event of a type. */
export const after = (type: string, ...steps: readonly ScriptStep[]): Change =>
  onStreams((script) => script.flatMap((step) => (typeOf(step) === type ? [step, ...steps] : [step])));

/** Overlays the data of every event of a type. */
export const overlaid = (type: string, overlay: (data: EventData) => object): Change =>
  onStreams((script) =>
    script.map((step) => (isEvent(step, type) ? { ...step, data: overlay(step.data as EventData) } : step)),
  );

/** Keeps half of the deltas; what comes instead of the rest may use the event that would have been next. */
export const halfway = (rest: (next: EventStep) => readonly ScriptStep[]): Change =>
  onStreams((script) => {
    const deltas = script.flatMap((step, index) => (isEvent(step, deltaType) ? [{ step, index }] : []));
    const next = deltas[Math.ceil(deltas.length / 2)] ?? deltas.at(-1);
    return next ? [...script.slice(0, next.index), ...rest(next.step)] : script;
  });

/** The bytes of an event, up to a share of its length. */
export function partOf(step: EventStep, share: number): ScriptStep {
  const whole = bytesOf(step);
  return bytes(whole.subarray(0, Math.floor(whole.length * share)));
}

/** A text delta that ends in the middle of a character: the first of the three bytes of a euro sign. */
export const brokenCharacter: ScriptStep = bytes(
  Buffer.concat([
    Buffer.from('event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'),
    Buffer.from('"delta":{"type":"text_delta","text":" 5 '),
    Buffer.from([0xe2]),
  ]),
);

/** Tells two blocks at once: their deltas in turn, their starts and stops at the same places. */
export const interleaved: Change = onStreams((script) => {
  const indexed = script.filter((step): step is EventStep => blockIndex(step) !== undefined);
  const position = (step: EventStep): number =>
    indexed.filter((other) => blockIndex(other) === blockIndex(step)).indexOf(step);
  const mixed = indexed.toSorted((one, other) => position(one) - position(other));
  const start = script.findIndex((step) => blockIndex(step) !== undefined);
  const others = script.filter((step) => blockIndex(step) === undefined);
  return [...others.slice(0, start), ...mixed, ...others.slice(start)];
});

/** Keeps the connection alive with pings for as long as the text takes, and tells all of it at the end. */
export const held: Change = onStreams((script) => {
  const deltas: ScriptStep[] = [];
  const lastDelta = script.findLastIndex((step) => isEvent(step, deltaType));
  return script.flatMap((step, index): readonly ScriptStep[] => {
    if (!isEvent(step, deltaType)) return [step];
    deltas.push(step);
    if (index === lastDelta) return deltas;
    return deltas.length % 10 === 0 ? [event({ type: 'ping' })] : [];
  });
});

/** The same delta again and again in place of the text, for answers of any length. */
export const swollen = (times: number, text: string): Change =>
  onStreams((script) => {
    const at = script.findIndex((step) => isEvent(step, deltaType));
    const rest = script.filter(
      (step, index) => index > at && !isEvent(step, deltaType) && step.step !== 'pause',
    );
    const data = { type: deltaType, index: 0, delta: { type: 'text_delta', text } };
    return [...script.slice(0, at), { step: 'repeat', times, steps: [event(data)] }, ...rest];
  });

/** Lets the answer begin late. */
export const late = (ms: number): Change => first(pause(ms));

type EventData = Readonly<Record<string, unknown>>;

const deltaType = 'content_block_delta';

function onStreams(change: (script: Script) => Script): Change {
  return (script) => (script.some((step) => step.step === 'event') ? change(script) : script);
}

const isEvent = (step: ScriptStep, type: string): step is EventStep =>
  step.step === 'event' && typeOf(step) === type;

const dataOf = (step: ScriptStep): EventData =>
  step.step === 'event' && typeof step.data === 'object' && step.data !== null
    ? (step.data as EventData)
    : {};

const typeOf = (step: ScriptStep): unknown => dataOf(step)['type'];
const blockIndex = (step: ScriptStep): unknown => dataOf(step)['index'];
