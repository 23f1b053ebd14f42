// The blocks of messages and answers: what each is, and what it says. Everything is text.
import { isObject, type JsonObject } from '../../../text/json.ts';
import { blocksOf } from '../../prompt-parts.ts';
import { type Child, element, fold } from './element.ts';
import { longText } from './long-text.ts';
import { count, size } from './words.ts';

/** The blocks of an answer. */
export const answerView = (blocks: readonly unknown[]): HTMLElement =>
  element('div', { class: 'message assistant whole' }, ...blocks.map((block) => blockView(block)));

export const cacheChip = (): HTMLElement =>
  element(
    'span',
    { class: 'chip cache', title: 'cache_control: the cache may keep all up to here' },
    'cache',
  );

/** One block: what it is, and what it says. */
export function blockView(block: unknown, place?: string): HTMLElement {
  if (!isObject(block)) return element('div', { class: 'block' }, longText(JSON.stringify(block) ?? ''));
  const { title, children } = partsOf(block);
  const mark = block['cache_control'] == null ? null : cacheChip();
  const isPlain = block['type'] === 'text' && mark === null && place === undefined;
  const head = element(
    'p',
    { class: 'block-head' },
    ...title,
    mark,
    place === undefined ? null : element('span', { class: 'hint' }, place),
  );
  return element('div', { class: `block ${short(block['type'])}` }, isPlain ? null : head, ...children);
}

/** Names and ids are short, whoever writes them. */
export const short = (text: unknown): string => String(text).slice(0, 200);

const chip = (text: unknown, className = ''): HTMLElement =>
  element('span', { class: `chip ${className}`.trim() }, short(text));

const hint = (text: unknown): Child =>
  text === undefined || text === null || text === '' ? null : element('span', { class: 'hint' }, short(text));

function partsOf(block: JsonObject): { title: Child[]; children: Child[] } {
  const { type, id, name } = block;
  switch (type) {
    case 'text':
      return { title: [chip('text')], children: [longText(String(block['text'] ?? '')), citations(block)] };
    case 'thinking':
      return {
        title: [chip('thinking'), hint(signature(block['signature']))],
        children: [longText(String(block['thinking'] ?? ''))],
      };
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return {
        title: [chip(type), element('b', {}, short(name)), hint(id)],
        children: [longText(inputText(block['input']))],
      };
    case 'image':
    case 'document':
      return {
        title: [chip(type), hint(sourceWords(block['source']))],
        children: [textSource(block['source'])],
      };
    default: {
      if (typeof type !== 'string' || !type.endsWith('tool_result'))
        return { title: [chip(type)], children: [longText(JSON.stringify(block, null, 2))] };
      const inner = blocksOf(block['content']);
      return {
        title: [
          chip(type, block['is_error'] === true ? 'bad' : ''),
          block['is_error'] === true ? element('b', { class: 'bad' }, 'error') : null,
          hint(block['tool_use_id']),
        ],
        children:
          inner.length > 0
            ? inner.map((one) => blockView(one))
            : block['content'] === undefined
              ? []
              : [longText(JSON.stringify(block['content'], null, 2))],
      };
    }
  }
}

const signature = (value: unknown): string =>
  typeof value === 'string' && value !== ''
    ? `signed, ${count(value.length)} characters`
    : 'without a signature';

const inputText = (input: unknown): string =>
  typeof input === 'string' ? input : (JSON.stringify(input, null, 2) ?? '');

function citations(block: JsonObject): Child {
  const cited = block['citations'];
  return Array.isArray(cited) && cited.length > 0
    ? fold([`Citations · ${cited.length}`], () => longText(JSON.stringify(cited, null, 2)))
    : null;
}

function sourceWords(source: unknown): string {
  if (!isObject(source)) return '';
  const { media_type: type, data, url, file_id: file } = source;
  const amount = typeof data === 'string' ? size(Math.floor((data.length * 3) / 4)) : '';
  return [type, source['type'], amount, url, file]
    .filter((word) => typeof word === 'string' && word !== '')
    .join(', ');
}

const textSource = (source: unknown): Child =>
  isObject(source) && source['type'] === 'text' && typeof source['data'] === 'string'
    ? longText(source['data'])
    : null;
