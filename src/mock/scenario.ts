// What a scenario is, and how it changes the answers of the mock. The scenarios themselves are data
// (scenarios.ts).
import { pathUnder, type Rules } from './protocol.ts';
import type { SeenRequest } from './received-request.ts';
import type { Script } from './script.ts';

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
  /** Changes the honest answer to an accepted messages request on its way out. */
  readonly change?: Change;
};

/** Makes another script of an honest one. */
export type Change = (script: Script, request: SeenRequest) => Script;

/** The scripts of one running scenario. It counts its replies, so each server needs its own. */
export function scenarioScript(
  { replies = [], afterwards = 'repeat', on = 'messages', change }: Scenario,
  { basePath = '' }: Rules,
): (request: SeenRequest, honest: () => Script) => Script {
  let used = 0;
  return (request, honest) => {
    const isMessages = pathUnder(basePath, request.path) === '/v1/messages';
    if (on === 'messages' && !isMessages) return honest();
    const next = replies[afterwards === 'repeat' ? Math.min(used, replies.length - 1) : used];
    used += 1;
    if (next) return next;
    const script = honest();
    return change && isMessages && isSuccess(script) ? change(script, request) : script;
  };
}

const isSuccess = (script: Script): boolean =>
  script.every((step) => step.step !== 'head' || (step.status ?? 200) < 400);
