// What was asked and answered, as a person reads it: system, tools, messages and their blocks. Everything is text.
import type { JsonObject } from '../../../text/json.ts';
import { isObject } from '../../../text/json.ts';
import { type Child, element, fold } from './element.ts';
import { longText } from './long-text.ts';
import { count, size } from './words.ts';

/** Fields that have a section of their own. */
const ownSections = ['system', 'tools', 'messages'];

/** So many messages at the end are open at once; those before are made when they are opened. */
const openMessages = 12;
const foldedTogether = 100;

/** A request of Messages in sections. */
export function requestView(request: JsonObject): HTMLElement {
  const fields = Object.entries(request).filter(([name]) => !ownSections.includes(name));
  const system = blocksOf(request['system']);
  const tools = Array.isArray(request['tools']) ? request['tools'] : [];
  const messages = Array.isArray(request['messages']) ? request['messages'] : [];
  return element(
    'div',
    { class: 'sections' },
    section('Parameters', fields.length === 0 ? null : parameters(Object.fromEntries(fields))),
    section(
      counted('System', system.length > 1 ? system.length : 0),
      ...system.map((block, index) => blockView(block, `system.${index}`)),
    ),
    section(counted('Tools', tools.length), ...tools.map(toolView)),
    section(counted('Messages', messages.length), ...messageViews(messages)),
  );
}

/** The blocks of an answer. */
export const answerView = (blocks: readonly unknown[]): HTMLElement =>
  element('div', { class: 'message assistant whole' }, ...blocks.map((block) => blockView(block)));

const counted = (name: string, amount: number): string =>
  amount === 0 ? name : `${name} · ${count(amount)}`;

function section(title: string, ...children: Child[]): Child {
  return children.every((child) => child === null)
    ? null
    : element('section', {}, element('h4', {}, title), ...children);
}

/** Names and values; what is no plain value as JSON. */
export function parameters(fields: Readonly<Record<string, unknown>>): HTMLElement {
  return element(
    'dl',
    { class: 'parameters' },
    ...Object.entries(fields).flatMap(([name, value]) => [
      element('dt', {}, name),
      element('dd', {}, typeof value === 'string' ? value : jsonText(value)),
    ]),
  );
}

const jsonText = (value: unknown): string => {
  const line = JSON.stringify(value) ?? '';
  return line.length < 80 ? line : JSON.stringify(value, null, 2);
};

function toolView(tool: unknown, index: number): HTMLElement {
  const { name, description, type, ...rest } = isObject(tool) ? tool : { name: String(tool) };
  const { cache_control: mark, input_schema: schema, ...other } = rest as JsonObject;
  const shown = schema === undefined ? other : { input_schema: schema, ...other };
  return fold(
    [
      element('b', {}, String(name ?? type ?? `tools.${index}`)),
      mark == null ? null : cacheChip(),
      element('span', { class: 'hint' }, typeof description === 'string' ? firstLine(description) : ''),
    ],
    () => [
      typeof description === 'string' ? longText(description) : null,
      Object.keys(shown).length === 0 ? null : longText(JSON.stringify(shown, null, 2)),
    ],
    { class: 'tool' },
  );
}

const firstLine = (text: string): string => text.slice(0, 200).split('\n')[0] ?? '';

const cacheChip = (): HTMLElement =>
  element(
    'span',
    { class: 'chip cache', title: 'cache_control: the cache may keep all up to here' },
    'cache',
  );

function messageViews(messages: readonly unknown[]): Child[] {
  const from = Math.max(0, messages.length - openMessages);
  const views: Child[] = [];
  for (let start = 0; start < from; start += foldedTogether) {
    const end = Math.min(from, start + foldedTogether);
    views.push(
      fold(
        [`${start === 0 && end === from ? 'Earlier: messages' : 'Messages'} ${start} to ${end - 1}`],
        () => messages.slice(start, end).map((message, at) => messageView(message, start + at)),
        { class: 'earlier' },
      ),
    );
  }
  return [...views, ...messages.slice(from).map((message, at) => messageView(message, from + at))];
}

function messageView(message: unknown, index: number): HTMLElement {
  const { role, content } = isObject(message) ? message : { role: '?', content: null };
  return element(
    'div',
    { class: `message ${role === 'assistant' ? 'assistant' : 'user'}` },
    element('p', { class: 'role' }, String(role), element('span', { class: 'hint' }, `messages.${index}`)),
    ...blocksOf(content).map((block) => blockView(block)),
  );
}

const blocksOf = (value: unknown): readonly unknown[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : Array.isArray(value) ? value : [];

/** One block: what it is, and what it says. */
function blockView(block: unknown, place?: string): HTMLElement {
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
  return element('div', { class: `block ${String(block['type'])}` }, isPlain ? null : head, ...children);
}

const chip = (text: unknown, className = ''): HTMLElement =>
  element('span', { class: `chip ${className}`.trim() }, String(text));

const hint = (text: unknown): Child =>
  text === undefined || text === null || text === ''
    ? null
    : element('span', { class: 'hint' }, String(text));

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
        title: [chip(type), element('b', {}, String(name)), hint(id)],
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
