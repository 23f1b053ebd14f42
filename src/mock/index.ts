// The public export `./mock`: everything a test of another program needs.
export type { Rules } from './protocol.ts';
export type { SeenRequest } from './received-request.ts';
export {
  errorReply,
  eventsReply,
  jsonReply,
  type MessageLike,
  messageReply,
  type Pace,
  pageReply,
  streamReply,
} from './replies.ts';
export type { Change, Scenario } from './scenario.ts';
export { scenarios } from './scenarios.ts';
export {
  bytes,
  end,
  event,
  eventStreamHeaders,
  gate,
  hangup,
  head,
  pause,
  reset,
  type Script,
  type ScriptStep as Step,
  split,
} from './script.ts';
export { type Mock, type MockExchange as Exchange, type MockOptions, startMock } from './server.ts';
