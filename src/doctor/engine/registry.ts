// Every check and every probe of the doctor. A new check is one entry in the file of its topic in checks/.

import { answerChecks } from '../checks/answer.ts';
import { authGatewayChecks } from '../checks/auth-gateway.ts';
import { authHeaderChecks } from '../checks/auth-header.ts';
import { authKeyChecks } from '../checks/auth-key.ts';
import { bufferingChecks } from '../checks/buffering.ts';
import { capabilityChecks } from '../checks/capabilities.ts';
import { certificateChecks } from '../checks/certificate.ts';
import { dnsChecks } from '../checks/dns.ts';
import { edgeChecks } from '../checks/edge.ts';
import { edgeBlockChecks } from '../checks/edge-blocks.ts';
import { environmentChecks } from '../checks/environment.ts';
import { keyChecks } from '../checks/key.ts';
import { limitChecks } from '../checks/limits.ts';
import { middleboxChecks } from '../checks/middlebox.ts';
import { modelChecks } from '../checks/model.ts';
import { protocolChecks } from '../checks/protocol.ts';
import { proxyChecks } from '../checks/proxy.ts';
import { requestChecks } from '../checks/request.ts';
import { streamChecks } from '../checks/stream.ts';
import { streamDetailChecks } from '../checks/stream-details.ts';
import { streamEventChecks } from '../checks/stream-events.ts';
import { tcpChecks } from '../checks/tcp.ts';
import { tlsChecks } from '../checks/tls.ts';
import { toolChecks } from '../checks/tools.ts';
import { upstreamChecks } from '../checks/upstream.ts';
import { urlAnswerChecks } from '../checks/url-answer.ts';
import { urlOriginChecks } from '../checks/url-origin.ts';
import { urlPathChecks } from '../checks/url-path.ts';
import { identityChecks } from '../identity/identity-checks.ts';
import { identityProbes } from '../identity/identity-probe.ts';
import { keyedProbes } from '../probes/keyed.ts';
import { paidProbes } from '../probes/paid.ts';
import { reachingProbes } from '../probes/reaching.ts';
import { requestProbes } from '../probes/request-probe.ts';
import { toolProbes } from '../probes/tool-call.ts';
import type { Check } from './check.ts';
import type { AnyProbe } from './probe.ts';
import { inOrder } from './runner.ts';

/** In the order of stages; within a stage, what explains more stands first. */
export const checks: readonly Check[] = inOrder([
  ...keyChecks,
  ...proxyChecks,
  ...environmentChecks,
  ...dnsChecks,
  ...tcpChecks,
  ...middleboxChecks,
  ...tlsChecks,
  ...certificateChecks,
  ...edgeChecks,
  ...edgeBlockChecks,
  ...urlOriginChecks,
  ...urlPathChecks,
  ...urlAnswerChecks,
  ...authHeaderChecks,
  ...authGatewayChecks,
  ...authKeyChecks,
  ...protocolChecks,
  ...modelChecks,
  ...capabilityChecks,
  ...answerChecks,
  ...limitChecks,
  ...upstreamChecks,
  ...streamChecks,
  ...streamEventChecks,
  ...bufferingChecks,
  ...streamDetailChecks,
  ...toolChecks,
  ...requestChecks,
  ...identityChecks,
]);

export const probes: readonly AnyProbe[] = [
  ...reachingProbes,
  ...keyedProbes,
  ...paidProbes,
  ...toolProbes,
  ...requestProbes,
  ...identityProbes,
];

/** The checks whose id matches `--only` (any, when empty) and none of `--skip`; `*` stands for anything. */
export function selectChecks(only: readonly string[], skip: readonly string[]): Check[] {
  const [onlyPatterns, skipPatterns] = [only.map(globPattern), skip.map(globPattern)];
  return checks.filter(
    ({ id }) =>
      (onlyPatterns.length === 0 || onlyPatterns.some((pattern) => pattern.test(id))) &&
      !skipPatterns.some((pattern) => pattern.test(id)),
  );
}

/** `sse.*`, `url.v1_doubled`, or a group prefix such as `sse`. */
const globPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '.*')}(\\..*)?$`);
