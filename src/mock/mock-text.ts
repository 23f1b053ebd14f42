// What `msg mock` says: how to reach it, the list of its scenarios, one exchange of its log.

import { isSecretHeader } from '../http/wire.ts';
import { isSecretParameter, maskKey, redact } from '../messages/secret.ts';
import { counted } from '../text/counted.ts';
import { oneLine } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import { filled } from '../text/wrap.ts';
import type { Scenario } from './scenario.ts';
import type { Mock, MockExchange } from './server.ts';

export type Welcome = {
  readonly mock: Pick<Mock, 'url' | 'port'>;
  readonly scenario: Scenario | undefined;
  /** Whether one key alone is accepted, which was given with --key. */
  readonly needsKey: boolean;
  /** Whether other machines can reach it. */
  readonly isOpen: boolean;
};

/** The lines printed once it listens. Each command stands on lines of its own, ready to be copied. */
export function welcomeText({ mock, scenario, needsKey, isOpen }: Welcome, theme: Theme): string {
  const key = needsKey ? 'THE-KEY' : 'any-key';
  const { auth = 'either', basePath = '' } = scenario?.rules ?? {};
  const url = mock.url + (basePath === '*' ? '' : basePath);
  const isBearer = auth === 'bearer';
  const variable = isBearer ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
  const isKeyless = !needsKey && auth === 'either';
  const notes = [
    ...(scenario ? [`Scenario ${theme.strong(scenario.name)}: ${scenario.summary}.`] : []),
    ...(needsKey ? ['THE-KEY stands for what you gave with --key.'] : []),
    ...(isOpen ? [theme.warn('Other machines can reach it.')] : []),
  ];
  const access = isKeyless ? '--auth none' : `${isBearer ? '--auth bearer ' : ''}--api-key-env ${variable}`;
  const header = isBearer ? `authorization: Bearer ${key}` : `x-api-key: ${key}`;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'Environment (SDKs, Claude Code, msg)',
      [`export ANTHROPIC_BASE_URL=${url}`, `export ${variable}=${key}`, 'export ANTHROPIC_MODEL=mock-1'],
    ],
    ['msg', [`msg send "hello" --base-url ${url} -m mock-1 \\`, `  ${access}`]],
    [
      'curl',
      [
        `curl -N ${url}/v1/messages \\`,
        ...(isKeyless ? [] : [`  -H '${header}' \\`]),
        `  -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
        `  -d '{"model": "mock-1", "max_tokens": 1024, "stream": true,`,
        `       "messages": [{"role": "user", "content": "hello"}]}'`,
      ],
    ],
  ];
  const first = [
    `The mock listens on ${theme.strong(url)}. Ctrl-C stops it.`,
    'No model is behind it: the answers are made from the prompt.',
  ];
  const blocks = sections.map(([title, lines]) => `${theme.heading(title)}\n${lines.map(indent).join('\n')}`);
  return `${[[...first, ...notes].join('\n'), ...blocks].join('\n\n')}\n\n`;
}

/** The last line, after Ctrl-C: the terminal has just shown `^C` without a line end. */
export const farewellText = (requestCount: number, isTTY: boolean): string =>
  `${isTTY ? '\n' : ''}Stopped after ${counted(requestCount, 'request')}.\n`;

/** Narrower than this beside the names, the sentences go below them. */
const narrowestColumn = 30;

/** Every scenario with its sentence: one line each, or wrapped to `columns` when they are known. */
export function scenarioList(
  scenarios: readonly Scenario[],
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const nameWidth = Math.max(...scenarios.map(({ name }) => name.length)) + 2;
  const isNarrow = columns - nameWidth < narrowestColumn;
  const indentation = isNarrow ? 2 : nameWidth;
  const margin = ' '.repeat(indentation);
  return scenarios
    .map(({ name, summary }) => {
      const lines = filled(summary.split(' '), columns - indentation).join(`\n${margin}`);
      return isNarrow ? `${name}\n${margin}${lines}\n` : `${name.padEnd(nameWidth)}${lines}\n`;
    })
    .join('');
}

/** One exchange for the log: request line, headers with keys masked, the beginning of the body. */
export function exchangeText({ request, status, outcome, durationMs }: MockExchange, theme: Theme): string {
  const target = `${request.path}${queryText(request.query)}`;
  const seconds = `${(durationMs / 1000).toFixed(2)} s`;
  const shownStatus = status < 400 ? theme.good(String(status)) : theme.bad(String(status));
  const ending = outcome === 'aborted' ? `  ${theme.warn('broken off')}` : '';
  const headers = Object.entries(request.headers).map(
    ([name, value]) => `${name}: ${shownValue(name, value)}`,
  );
  const body = request.body === '' ? [] : [excerpt(redact(request.body))];
  return [
    `${theme.strong(oneLine(`${request.method} ${target}`))}  ${shownStatus}  ${seconds}${ending}`,
    ...[...headers, ...body].map((line) => theme.dim(indent(oneLine(line)))),
    '',
  ].join('\n');
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${isSecretParameter(name) ? maskKey(value) : redact(encodeURIComponent(value))}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

const longestBody = 200;

function shownValue(name: string, value: string): string {
  if (!isSecretHeader(name)) return redact(value);
  const [, scheme = '', secret = ''] = /^(bearer |basic )?(.*)$/is.exec(value) ?? [];
  return `${scheme}${maskKey(secret)}`;
}

const excerpt = (body: string): string =>
  body.length > longestBody
    ? `${body.slice(0, longestBody)}… (${body.length.toLocaleString('en')} characters)`
    : body;

const indent = (line: string): string => `  ${line}`;
