// A scenario by its name, as people write it on a command line.
import { usageError } from '../errors.ts';
import { nearestNames } from '../text/nearest-names.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** @throws MsgError `usage` with the names it may have meant */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found) return found;
  const names = scenarios.map((one) => one.name);
  const alike = names.filter((one) => name !== '' && (one.includes(name) || name.includes(one)));
  const near = alike.length > 0 ? alike : nearestNames(name, names);
  throw usageError(
    `There is no scenario ${JSON.stringify(name)}.`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}? msg mock --list explains all.`
      : 'msg mock --list explains all.',
  );
}
