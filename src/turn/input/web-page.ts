// `-f URL`: what lies there. Text is fetched and attached; pictures and PDFs are named to the endpoint, which
// fetches them itself. The request carries nothing of the user's: no key, no header, no certificate.
import type { Context } from '../../context.ts';
import { configError, isMsgError, MsgError, usageError } from '../../errors.ts';
import { createAllowance, limits } from '../../http/limits.ts';
import type { Transport, WireResponse } from '../../http/wire.ts';
import type { ContentBlock } from '../../messages/types.ts';
import type { CommonOptions, ConnectionOptions } from '../../profiles/flags.ts';
import type { Settings } from '../../profiles/settings.ts';
import { openTransport } from '../connection/network.ts';
import type { Notify } from '../notes.ts';
import { untilInterrupted, withTimeLimit } from '../time-limit.ts';
import { attachableType, fencedText } from './file-blocks.ts';

/** How pages are reached: proxy, certificates to trust and time limits are those of the request. */
export type PageAccess = {
  readonly settings: Settings;
  readonly options: ConnectionOptions & CommonOptions;
  readonly context: Context;
  readonly note: Notify;
};

const mostRedirects = 5;
/** A page that says nothing for so long is not worth the prompt's waiting. */
const idleTimeoutSeconds = 30;

/** Text by its content-type (RFC 6839: also what ends in +json or +xml). */
const textType =
  /^(text\/.+|application\/((x-)?(json|javascript|ecmascript|yaml|toml|ndjson|jsonl|sh|sql)|jsonlines|graphql|xml)|.+\+(json|xml|yaml))$/;

/** What servers say of files they know nothing about: the bytes decide. */
const unknownType = /^(|application\/octet-stream|binary\/octet-stream)$/;

/**
 * The block for a URL.
 * @throws MsgError `config` for an answer that is no success, `usage` for what is neither text, picture nor PDF,
 *   `protocol` for too much, `network` when nothing came
 */
export async function blockOfUrl(url: string, source: string, access: PageAccess): Promise<ContentBlock> {
  const { username, password, host } = new URL(url);
  if (username !== '' || password !== '')
    throw usageError(
      `The URL at ${host} (${source}) holds a user name or password, and none is sent.`,
      'Fetch it by other means: curl ... | msg send "..." -f -',
    );
  const { clientCert: _certificate, clientKey: _key, preset: _preset, ...settings } = access.settings;
  const idleTimeout = access.options.idleTimeout ?? idleTimeoutSeconds;
  const transport = await openTransport(settings, {
    ...access,
    options: { ...access.options, idleTimeout },
    // Whoever is in between sees no key here.
    note: () => {},
  });
  try {
    return await untilInterrupted(access.context, (abort) =>
      withTimeLimit(access.options.timeout, access.context, (signal) =>
        fetchBlock(url, source, transport, AbortSignal.any([signal, abort.signal]), access.note),
      ),
    );
  } catch (error) {
    // The endpoint may stand where it can be reached.
    const type = typeOfEnding(url);
    if (isMsgError(error, 'network') && type !== undefined) return urlBlock(url, type);
    throw isMsgError(error, 'network')
      ? new MsgError('network', `Cannot read ${url} (${source}): ${error.message}`, {
          // The hints of the network speak of the base URL.
          hint: 'Check the URL; what is fetched by other means can be attached as a file.',
          details: error.details,
          cause: error,
        })
      : error;
  } finally {
    await transport.close();
  }
}

async function fetchBlock(
  url: string,
  source: string,
  transport: Transport,
  signal: AbortSignal,
  note: Notify,
): Promise<ContentBlock> {
  const { response, url: place } = await follow(url, source, transport, signal);
  const [type = '', ...parameters] = (response.headers['content-type'] ?? '').split(';');
  const mediaType = type.trim().toLowerCase();
  const isText = textType.test(mediaType);
  const isPicture = /^(image\/(png|jpe?g|gif|webp)|application\/pdf)$/.test(mediaType);
  if (!isText && !isPicture && !unknownType.test(mediaType))
    throw usageError(
      `${url} is ${mediaType}: neither text nor a PNG, JPEG, GIF, WebP or PDF.`,
      'Convert it first, and attach the file.',
    );
  const bytes = await readBody(response, url, isText);
  if (bytes.length === 0) throw usageError(`${url} is empty.`);
  const pictureType = isText ? undefined : attachableType(bytes);
  if (pictureType !== undefined) return urlBlock(place, pictureType);
  if (isPicture) throw usageError(`${url} calls itself ${mediaType}, and is none.`);
  return fencedText(bytes, url, note, charsetOf(parameters, bytes, mediaType));
}

/** Redirects within the origin are followed: another one is for the user to name. */
async function follow(
  start: string,
  source: string,
  transport: Transport,
  signal: AbortSignal,
): Promise<{ response: WireResponse; url: string }> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await transport({ method: 'GET', url, headers: { accept: '*/*' } }, { signal });
    const { status, headers } = response;
    const location = headers['location'];
    if (status >= 200 && status < 300) return { response, url };
    for await (const _ of response.body) break;
    if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url))
      throw configError(`Cannot read ${url} (${source}): the server answers ${status}.`);
    const next = new URL(location, url);
    if (next.origin !== new URL(start).origin)
      throw configError(
        `${url} leads to another place, ${next.origin}, and is not followed there.`,
        `If that is meant: -f '${next.href}'`,
      );
    url = next.href;
  }
  throw configError(`${start} leads round in circles: ${mostRedirects} redirects.`);
}

/** All of a text; of a picture, only what tells that it is one. */
async function readBody(response: WireResponse, url: string, isWhole: boolean): Promise<Uint8Array> {
  const take = createAllowance(`What ${url} sends`, limits.webPage);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const arrival of response.body) {
    for (const chunk of arrival.chunks) {
      take(chunk.length);
      chunks.push(chunk);
      length += chunk.length;
    }
    if (!isWhole && length >= longestMagic && attachableType(Buffer.concat(chunks)) !== undefined) break;
  }
  return Buffer.concat(chunks);
}

const longestMagic = 16;

/** A byte order mark counts before the header, the header before what the page says of itself. */
function charsetOf(parameters: readonly string[], bytes: Uint8Array, mediaType: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const pattern = /charset\s*=\s*["']?([\w.:-]+)/i;
  const head = mediaType.endsWith('html') ? Buffer.from(bytes.subarray(0, 1024)).toString('latin1') : '';
  return pattern.exec(parameters.join(';'))?.[1] ?? pattern.exec(head)?.[1] ?? 'utf-8';
}

function typeOfEnding(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (/\.pdf$/i.test(pathname)) return 'application/pdf';
  return /\.(png|jpe?g|gif|webp)$/i.test(pathname) ? 'image' : undefined;
}

const urlBlock = (url: string, type: string): ContentBlock => ({
  type: type === 'application/pdf' ? 'document' : 'image',
  source: { type: 'url', url },
});
