// What a scenario is, and how it changes the answers of the mock. The scenarios themselves are data
// (scenarios.ts).
import type { Message } from '../messages/types.ts';
import { pathUnder, type Rules } from './protocol.ts';
import { messageReply, streamReply } from './replies.ts';
import type { SeenRequest } from './request.ts';
import type { Script } from './script.ts';
import { isObject } from './validation.ts';

export type Scenario = {
  readonly name: string;
  /** One line: what this server does, and who does that in the world. */
  readonly summary: string;
  /** Bends the rules of the honest server. */
  readonly rules?: Rules;
  /** Answers in order; after the last one, `afterwards` decides. */
  readonly replies?: readonly Script[];
  /** Default `repeat`: the last reply again and again; `answer`: honestly. */
  readonly afterwards?: 'repeat' | 'answer';
  /** Which requests get these replies. Default: messages only. */
  readonly on?: 'messages' | 'everything';
  /** The message every accepted request gets, whole or streamed as it asks. */
  readonly message?: Partial<Message>;
  /** Changes the honest answer to a messages request on its way out. */
  readonly change?: (script: Script, request: SeenRequest) => Script;
};

/** The scripts of one running scenario. It counts its replies, so each server needs its own. */
export function scenarioScript(
  scenario: Scenario,
  rules: Rules,
): (request: SeenRequest, honest: () => Script) => Script {
  const { replies = [], afterwards = 'repeat', on = 'messages', message, change } = scenario;
  let used = 0;
  return (request, honest) => {
    const isMessages = pathUnder(rules.basePath ?? '', request.path) === '/v1/messages';
    if (on === 'messages' && !isMessages) return honest();
    const next = replies[Math.min(used, replies.length - 1)];
    const isUsedUp = afterwards === 'answer' && used >= replies.length;
    used += 1;
    if (next && !isUsedUp) return next;
    const script = honest();
    if (!isMessages) return script;
    const told = message && isSuccess(script) ? tell(message, request) : script;
    return change && isSuccess(told) ? change(told, request) : told;
  };
}

const isSuccess = (script: Script): boolean =>
  !script.some((step) => step.step === 'head' && (step.status ?? 200) >= 400);

function tell(message: Partial<Message>, { json }: SeenRequest): Script {
  const body = isObject(json) ? json : {};
  const like = { model: String(body['model']), ...message };
  return body['stream'] === true ? streamReply(like) : messageReply(like);
}
