// The probe of --identity: asks the steps one after the other, each with what the answers before it brought.
import { isObject, type JsonObject } from '../../text/json.ts';
import type { IdentityStep, StepName } from '../engine/observations.ts';
import { type AnyProbe, type DoctorContext, probesOf } from '../engine/probe.ts';
import { askForBody } from '../probes/ask-endpoint.ts';
import { canStream, endpointOf, modelOf, needsFlag } from '../probes/conditions.ts';
import { bodyQuestion, countBodyQuestion } from '../probes/questions.ts';
import { type Draws, drawWords } from './draws.ts';
import { type Answers, longBody, mostRequests, steps } from './steps.ts';

export const identityProbes: readonly AnyProbe[] = probesOf('paid', ['message'], {
  identity: {
    label: 'I',
    title: 'who really answers',
    when(observe, context) {
      const flag = needsFlag(context.options.isIdentity, '--identity');
      return flag === true ? canStream(observe, context) : flag;
    },
    async make(context) {
      const words = drawWords(context.random);
      return { words, steps: await askSteps(context, words) };
    },
  },
});

/** A window of a million tokens takes its time before the first word. */
const longTimeoutMs = 180_000;

async function askSteps(context: DoctorContext, words: Draws): Promise<IdentityStep[]> {
  const [endpoint, model] = [endpointOf(context), modelOf(context)];
  const asked: IdentityStep[] = [];
  let answers: Answers = {};
  for (const { name, isCount, when, body } of steps) {
    const names: StepName[] = asked.map((step) => step.name);
    if (asked.length === mostRequests || when?.(answers, names) === false) continue;
    const question = body(words, model, answers);
    const { exchange, text } = await askForBody(
      context,
      isCount ? countBodyQuestion(endpoint, question) : bodyQuestion(endpoint, question, true),
    );
    asked.push({ name, exchange });
    const answer = exchange.outcome === 'answered' && exchange.status === 200 ? parsed(text) : undefined;
    // Where a plain question is not answered, nothing that follows is.
    if (answer === undefined && asked.length === 1) break;
    // What goes back to the server has to be what came, so it is not taken from the redacted text.
    if (answer !== undefined) answers = { ...answers, [name]: answer };
  }
  const { contextTokens } = context.options;
  if (contextTokens === null || answers.plain === undefined) return asked;
  const question = bodyQuestion(endpoint, longBody(words, model, contextTokens), true);
  const { exchange } = await askForBody(context, { ...question, timeoutMs: longTimeoutMs });
  return [...asked, { name: 'context', exchange }];
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
