// Every check and every probe of the doctor. A new check is one constant in its group file.
import type { Check } from './check.ts';
import { authChecks } from './checks/auth.ts';
import { bufferingChecks } from './checks/buffering.ts';
import { configChecks } from './checks/config.ts';
import { edgeChecks } from './checks/edge.ts';
import { limitChecks } from './checks/limits.ts';
import { modelChecks } from './checks/model.ts';
import { networkChecks } from './checks/network.ts';
import { protocolChecks } from './checks/protocol.ts';
import { streamChecks } from './checks/stream.ts';
import { streamDetailChecks } from './checks/stream-details.ts';
import { tlsChecks } from './checks/tls.ts';
import { toolChecks } from './checks/tools.ts';
import { urlChecks } from './checks/url.ts';
import type { AnyProbe } from './probe.ts';
import { keyedProbes } from './probes/keyed.ts';
import { paidProbes } from './probes/paid.ts';
import { reachingProbes } from './probes/reaching.ts';
import { inOrder } from './runner.ts';

/** In the order of stages; within a stage, what explains more stands first. */
export const checks: readonly Check[] = inOrder([
  ...configChecks,
  ...networkChecks,
  ...tlsChecks,
  ...edgeChecks,
  ...urlChecks,
  ...authChecks,
  ...protocolChecks,
  ...modelChecks,
  ...limitChecks,
  ...streamChecks,
  ...bufferingChecks,
  ...streamDetailChecks,
  ...toolChecks,
]);

export const probes: readonly AnyProbe[] = [...reachingProbes, ...keyedProbes, ...paidProbes];

/** The checks whose id matches `--only` (any, when empty) and none of `--skip`; `*` stands for anything. */
export function selectChecks(only: readonly string[], skip: readonly string[]): Check[] {
  const [wanted, unwanted] = [only.map(globPattern), skip.map(globPattern)];
  return checks.filter(
    ({ id }) =>
      (wanted.length === 0 || wanted.some((pattern) => pattern.test(id))) &&
      !unwanted.some((pattern) => pattern.test(id)),
  );
}

/** `sse.*`, `url.v1_doubled`, or a group prefix such as `sse`. */
const globPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}(\\..*)?$`);
