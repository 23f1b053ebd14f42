// `--explain ID` and `--list-checks`: the registry as text, offline.

import { usageError } from '../../errors.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { wrapped } from '../../text/wrap.ts';
import type { Check } from '../engine/check.ts';
import { checks, probes } from '../engine/registry.ts';
import { explainSentence, sentences } from '../reading/sentences/sentences.ts';

/** What a check means, how it is told, and what cures it. */
function explainCheck(check: Check): string {
  const probeIds = [...check.needs, ...(check.uses ?? [])].filter((id) => id !== 'setup');
  const probeLines = probeIds
    .map((id) => probes.find((probe) => probe.id === id))
    .flatMap((probe) =>
      probe === undefined
        ? []
        : [`  ${probe.label.padEnd(4)} ${probe.title}${probe.cost === 'paid' ? ' (costs tokens)' : ''}`],
    );
  return [
    check.id,
    `  ${check.title}.`,
    '',
    'Why it matters',
    `  ${check.why}`,
    '',
    'How it is determined',
    `  ${check.proof}`,
    ...(probeLines.length > 0 ? ['', 'Requests it looks at', ...probeLines] : ['', 'Needs no request.']),
    '',
    'How to fix it',
    `  ${check.cure}`,
    ...(check.configuration ?? []).flatMap(({ server, text }) => [
      '',
      `  ${server}`,
      ...text.split('\n').map((line) => `    ${line}`),
    ]),
    '',
  ].join('\n');
}

/** Every id that `explain` knows. */
export const explainedIds = (): string[] => [...new Set([...checks, ...sentences].map(({ id }) => id))];

/** What `--explain` says of an id: of a check, or of an error that only its words tell. Undefined: no such id. */
export function explain(id: string): string | undefined {
  const check = checks.find((one) => one.id === id);
  if (check !== undefined) return explainCheck(check);
  const sentence = sentences.find((one) => one.id === id);
  return sentence && explainSentence(sentence);
}

/** One line a check: id and title, grouped. */
export function listChecks(selected: readonly Check[] = checks): string {
  const width = Math.max(...selected.map(({ id }) => id.length));
  let group = '';
  const lines: string[] = [];
  for (const check of selected) {
    if (check.group !== group) lines.push(...(group === '' ? [] : ['']), check.group);
    group = check.group;
    lines.push(`  ${check.id.padEnd(width)}  ${check.title}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What `--explain` prints of an id, wrapped to the terminal.
 * @throws MsgError `usage` for an id that is none, with those like it
 */
export function explanationOf(id: string, columns: number): string {
  const text = explain(id);
  if (text !== undefined) return fitted(text, columns);
  const near = nearestNames(id, explainedIds());
  throw usageError(
    `There is no check ${JSON.stringify(id)}.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
    'Next: msg doctor --list-checks',
  );
}

/** Wraps indented paragraphs to the terminal. */
function fitted(text: string, columns: number): string {
  const width = Math.min(columns, 100);
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      // Tables keep their columns, and configuration its lines.
      if (/\S {2,}\S/.test(line) || indent.length >= 4 || line === '') return [line];
      return wrapped(line.trim(), width - indent.length).map((part) => indent + part);
    })
    .join('\n');
}
