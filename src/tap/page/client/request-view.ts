// A request as a person reads it: its parameters, the system prompt, the tools, the messages. Everything is text.
import { isObject, type JsonObject } from '../../../text/json.ts';
import { blocksOf } from '../../prompt-parts.ts';
import { blockView, cacheChip, short } from './blocks.ts';
import { type Child, element, fold } from './element.ts';
import { longText } from './long-text.ts';
import { count } from './words.ts';

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
      element('dd', {}, valueView(typeof value === 'string' ? value : jsonText(value))),
    ]),
  );
}

const valueView = (text: string): Child =>
  text.length > 1_000 || text.includes('\n') ? longText(text, 1_000) : text;

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
      element('b', {}, short(name ?? type ?? `tools.${index}`)),
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
