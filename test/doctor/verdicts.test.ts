// Every verdict text as it is shown, in one golden: id, status, words, and what to do.
import { expect, it } from 'vitest';
import { checks } from '../../src/doctor/engine/registry.ts';
import { cases, healthy } from './check-cases.ts';
import { observing } from './observations.ts';

it('says every verdict in the words of the golden', async () => {
  const texts = cases.map(({ id, seen }) => {
    const finding = checks.find((check) => check.id === id)?.judge(observing({ ...healthy(), ...seen }));
    if (finding === undefined) throw new Error(`no check ${id}`);
    const { remedy } = finding;
    const head = `${id} ${finding.status}${finding.owner === null ? '' : ` (${finding.confidence}, ${finding.owner})`}`;
    const fix =
      remedy === null
        ? []
        : [
            `fix: ${remedy.text}`,
            ...remedy.commands.map((command) => `  $ ${command}`),
            ...remedy.examples.map((example) => `  for example: ${example}`),
            ...remedy.snippets.map(({ server, text }) => `  ${server}: ${text.replaceAll('\n', '\n    ')}`),
          ];
    return [head, finding.summary, ...fix].join('\n  ');
  });
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot('../golden/doctor/verdicts.txt');
});
