// The events of one answer in the order of the protocol: what gateways repeat, send late, or put into the wrong
// block comes out as if they had not. No I/O; the text of the answer is never changed, only where it stands.
import { MsgError } from '../errors.ts';
import type { ContentBlock, Delta, Message, OtherBlock, StreamEvent } from './types.ts';

type Change = Extract<StreamEvent, { type: 'content_block_delta' }>;

/** Where text of one kind goes: a block of its own, and the half of a character that waits for the other one. */
type Place = { readonly index: number; readonly kind: Kind | undefined; half: string };
/** A block of the wire, how it began, and the blocks made for deltas that do not fit it. */
type Block = {
  readonly own: Place;
  readonly start?: OtherBlock;
  guests: Place[];
  /** Nothing came for it yet. */
  isFresh: boolean;
  isOpen: boolean;
};

/** What a block can hold. Undefined for the types we do not know: they take every delta. */
type Kind = 'text' | 'thinking' | 'tool_use' | 'nothing';

const kindOfDelta: Readonly<Record<Delta['type'], Kind>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

function kindOfBlock(type: string): Kind | undefined {
  if (type === 'text' || type === 'thinking') return type;
  if (type.endsWith('tool_use')) return 'tool_use';
  return type.endsWith('tool_result') || type === 'redacted_thinking' ? 'nothing' : undefined;
}

const firstBlock: Readonly<Record<Kind, ContentBlock>> = {
  text: { type: 'text', text: '' },
  thinking: { type: 'thinking', thinking: '' },
  tool_use: { type: 'tool_use', id: '', name: '', input: {} },
  nothing: { type: 'text', text: '' },
};

/**
 * Starts the sequence of one answer. It takes an event and gives what it means, usually the event itself: nothing
 * for a `message_start` that is repeated, and several for one that brings its content along.
 * @throws MsgError `protocol` for a `message_start` with another id: two answers in one stream
 */
export function createSequence(): (event: StreamEvent) => StreamEvent | readonly StreamEvent[] {
  let id: string | undefined;
  let isStarted = false;
  let hasStart = false;
  const blocks = new Map<number, Block>();

  function start(message: Partial<Message>): StreamEvent | readonly StreamEvent[] {
    if (hasStart && id && message.id && id !== message.id)
      throw new MsgError('protocol', 'The stream starts a second message before the first one ended.', {
        details: {},
      });
    id ||= message.id;
    if (hasStart) return [];
    hasStart = true;
    const { content = [], usage, ...head } = message;
    const isLate = isStarted;
    isStarted = true;
    if (isLate) return { type: 'message_delta', delta: head, ...(usage === undefined ? {} : { usage }) };
    if (content.length === 0) return { type: 'message_start', message };
    return [
      { type: 'message_start', message: { ...message, content: [] } },
      ...content.flatMap((block, index) => [...open(index, block), ...close(index)]),
    ];
  }

  /** One that begins where another is open still ends that one; the same one begun again is none. */
  function open(index: number, block: ContentBlock): StreamEvent[] {
    const earlier = blocks.get(index);
    if (earlier?.isFresh && JSON.stringify(earlier.start) === JSON.stringify(block)) return [];
    const left = earlier?.isOpen && !isSameCall(earlier.start, block) ? close(index) : settle(index);
    const own: Place = { index, kind: kindOfBlock(block.type), half: '' };
    blocks.set(index, { own, start: block, guests: [], isFresh: true, isOpen: true });
    const event = { type: 'content_block_start', index } as const;
    if (own.kind !== 'text' && own.kind !== 'thinking') return [...left, { ...event, content_block: block }];
    const text = wellFormed(own, String(block[own.kind as keyof ContentBlock]));
    return [...left, { ...event, content_block: { ...block, [own.kind]: text } }];
  }

  function grow(event: Change): StreamEvent | readonly StreamEvent[] {
    const { index, delta } = event;
    const kind = kindOfDelta[delta.type];
    let block = blocks.get(index);
    if (block === undefined) {
      block = { own: { index, kind, half: '' }, guests: [], isFresh: false, isOpen: true };
      blocks.set(index, block);
    }
    const { own } = block;
    block.isFresh = false;
    if (own.kind === kind || own.kind === undefined)
      return own.half === '' && isWellFormed(delta) ? event : withText(own, delta);
    const guest = block.guests.find((one) => one.kind === kind);
    if (guest !== undefined) return withText(guest, delta);
    // Between this block and the next.
    const place = { index: index + (block.guests.length + 1) / 8, kind, half: '' };
    block.guests.push(place);
    return [
      { type: 'content_block_start', index: place.index, content_block: { ...firstBlock[kind] } },
      ...withText(place, delta),
    ];
  }

  function close(index: number): StreamEvent[] {
    const block = blocks.get(index);
    if (block !== undefined) Object.assign(block, { isFresh: false, isOpen: false });
    return [...settle(index), { type: 'content_block_stop', index }];
  }

  /** What still waits in a block, and the ends of the blocks made for it. */
  function settle(index: number): StreamEvent[] {
    const block = blocks.get(index);
    if (block === undefined) return [];
    const { own, guests } = block;
    block.guests = [];
    return [
      ...lastHalf(own),
      ...guests.flatMap((guest) => [
        ...lastHalf(guest),
        { type: 'content_block_stop', index: guest.index } as const,
      ]),
    ];
  }

  /** An answer that begins without its start gets one. */
  function begun(events: StreamEvent | readonly StreamEvent[]): StreamEvent | readonly StreamEvent[] {
    if (isStarted) return events;
    isStarted = true;
    return [{ type: 'message_start', message: {} } satisfies StreamEvent, events].flat() as StreamEvent[];
  }

  return (event) => {
    switch (event.type) {
      case 'content_block_delta':
        return begun(grow(event));
      case 'message_start':
        return start(event.message);
      case 'content_block_start':
        return begun(open(event.index, event.content_block));
      case 'content_block_stop':
        return begun(close(event.index));
      case 'message_delta':
      case 'message_stop':
        return begun([...[...blocks.keys()].flatMap(settle), event]);
      default:
        return event;
    }
  };
}

/** A call that is begun again with its input is the same call, as far as it has come now. */
const isSameCall = (one: OtherBlock | undefined, other: OtherBlock): boolean =>
  one?.type === other.type && Boolean(one['id']) && one['id'] === other['id'];

/** The delta at its place, with the half a character that came before it and without the one it ends in. */
function withText(place: Place, delta: Delta): readonly StreamEvent[] {
  const event = { type: 'content_block_delta', index: place.index } as const;
  if (delta.type === 'text_delta')
    return [{ ...event, delta: { ...delta, text: wellFormed(place, delta.text) } }];
  if (delta.type === 'thinking_delta')
    return [{ ...event, delta: { ...delta, thinking: wellFormed(place, delta.thinking) } }];
  return [{ ...event, delta }];
}

/** Characters beyond the first 65,536 are two halves in JSON, and some gateways cut between them. */
function wellFormed(place: Place, text: string): string {
  const whole = place.half + text;
  place.half = /[\ud800-\udbff]$/.exec(whole)?.[0] ?? '';
  return whole.slice(0, whole.length - place.half.length).toWellFormed();
}

function lastHalf(place: Place): StreamEvent[] {
  if (place.half === '') return [];
  place.half = '';
  const { index, kind } = place;
  const delta: Delta =
    kind === 'thinking'
      ? { type: 'thinking_delta', thinking: '\ufffd' }
      : { type: 'text_delta', text: '\ufffd' };
  return [{ type: 'content_block_delta', index, delta }];
}

function isWellFormed(delta: Delta): boolean {
  if (delta.type === 'text_delta') return delta.text.isWellFormed();
  return delta.type !== 'thinking_delta' || delta.thinking.isWellFormed();
}
