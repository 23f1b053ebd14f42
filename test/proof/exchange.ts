// One answer of 3 kB in four framings, as the bytes of a socket, and what of it has arrived at any of them. What is here
// knows the formats (RFC 9112, RFC 1952, server-sent events) and nothing of msg: it is the judge.
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';

export type Framing = 'chunked' | 'content-length' | 'close' | 'gzip';

export type Exchange = {
  readonly framing: Framing;
  /** Head and body as they go over the wire. */
  readonly wire: Buffer;
  /** What must be seen of it when it is cut at a byte. */
  arrivedAt(offset: number): Arrival;
};

export type Arrival = {
  readonly text: string;
  /**
   * `nothing`: not even the head. `part`: no stop reason yet. `reason`: the stop reason, without the last event.
   * `whole`: the last event too.
   */
  readonly extent: 'nothing' | 'part' | 'reason' | 'whole';
};

const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** Of the usual size, and with characters of one to four bytes. */
const sentence = 'Der Zug fährt um 7 Uhr nach Čáslav; 東京行きは九時です。 👍 Ist das alles? ';

/** The events of an answer of about so many bytes. */
function answerOf(bytes: number): string {
  const begin =
    event('message_start', {
      message: {
        id: 'msg_proof',
        type: 'message',
        role: 'assistant',
        model: 'proof-model',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    }) +
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    event('ping');
  const end =
    event('content_block_stop', { index: 0 }) +
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 40 },
    }) +
    event('message_stop');
  const words = sentence.match(/\S+\s*/g) ?? [];
  let deltas = '';
  for (let index = 0; Buffer.byteLength(begin + deltas + end) < bytes; index += 1)
    deltas += event('content_block_delta', {
      index: 0,
      delta: { type: 'text_delta', text: words[index % words.length] },
    });
  return begin + deltas + end;
}

const headOf = (...fields: string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: text/event-stream', 'request-id: req_proof', ...fields, '', ''].join(
    '\r\n',
  );

/** Chunks that end anywhere: in events, in characters, and where an event does. */
function chunked(body: Buffer): Buffer {
  const sizes = [97, 3, 211, 1, 160];
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at < body.length; index += 1) {
    const data = body.subarray(at, at + (sizes[index % sizes.length] ?? 1));
    parts.push(Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n'));
    at += data.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** What of the data has come; the length of a chunk says how many bytes follow its line. */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** What can be decoded of a compressed body that is not there as a whole. */
function gunzipped(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** As a server that flushes after each event. */
function gzipped(events: string): Buffer {
  const flushed = events
    .split(/(?<=\n\n)/)
    .map((one) => deflateRawSync(one, { finishFlush: constants.Z_SYNC_FLUSH }));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(events), 0);
  trailer.writeUInt32LE(Buffer.byteLength(events), 4);
  // Head (RFC 1952, 2.3), blocks, an empty last block, check sum and size.
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([head, ...flushed, Buffer.from([3, 0]), trailer]);
}

const framings: Readonly<
  Record<
    Framing,
    { encode(events: string): readonly [head: string, body: Buffer]; decode(body: Buffer): Buffer }
  >
> = {
  chunked: {
    encode: (events) => [headOf('transfer-encoding: chunked'), chunked(Buffer.from(events))],
    decode: unchunked,
  },
  'content-length': {
    encode: (events) => [headOf(`content-length: ${Buffer.byteLength(events)}`), Buffer.from(events)],
    decode: (body) => body,
  },
  close: {
    encode: (events) => [headOf('connection: close'), Buffer.from(events)],
    decode: (body) => body,
  },
  gzip: {
    encode: (events) => [
      headOf('content-encoding: gzip', 'transfer-encoding: chunked'),
      chunked(gzipped(events)),
    ],
    decode: (body) => gunzipped(unchunked(body)),
  },
};

export const framingNames = Object.keys(framings) as Framing[];

export function exchangeIn(framing: Framing, bytes: number): Exchange {
  const { encode, decode } = framings[framing];
  const [head, body] = encode(answerOf(bytes));
  const wire = Buffer.concat([Buffer.from(head), body]);
  return {
    framing,
    wire,
    arrivedAt: (offset) =>
      offset < head.length
        ? { text: '', extent: 'nothing' }
        : extentOf(decode(wire.subarray(head.length, offset))),
  };
}

/** An event has arrived when its data has, to the last brace. */
function extentOf(body: Buffer): Arrival {
  let text = '';
  let extent: Arrival['extent'] = 'part';
  for (const [, data = ''] of body.toString('utf8').matchAll(/^data: (.*)$/gm)) {
    const event = jsonIn(data);
    if (event === undefined) break;
    if (event.type === 'content_block_delta') text += event.delta?.text ?? '';
    if (event.type === 'message_delta') extent = 'reason';
    if (event.type === 'message_stop') extent = 'whole';
  }
  return { text, extent };
}

function jsonIn(text: string): { type: string; delta?: { text?: string } } | undefined {
  try {
    return JSON.parse(text) as { type: string };
  } catch {
    return undefined;
  }
}
