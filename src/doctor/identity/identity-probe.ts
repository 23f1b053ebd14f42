// The probe of --identity: asks the steps one after the other, each with what the answers before it brought.
import type { JsonObject } from '../../text/json.ts';
import type { IdentityStep, Observe } from '../engine/observations.ts';
import { type AnyProbe, type DoctorContext, type Go, probesOf } from '../engine/probe.ts';
import { askForBody } from '../probes/ask-endpoint.ts';
import { canGenerate, canStream, endpointOf, modelOf, needsFlag } from '../probes/conditions.ts';
import { bodyQuestion, countBodyQuestion } from '../probes/questions.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { type Draws, drawWords } from './draws.ts';
import { answerIn, isRefused } from './identity-answers.ts';
import { longBody, mostRequests, steps } from './steps.ts';
import type { Answers } from './thinking-steps.ts';

export const identityProbes: readonly AnyProbe[] = probesOf('paid', ['message'], {
  identity: {
    label: 'I',
    title: 'who really answers',
    when(observe, context) {
      const flag = needsFlag(context.options.isIdentity, '--identity');
      return flag === true ? canAsk(observe, context) : flag;
    },
    async make(context, observe) {
      const words = drawWords(context.random);
      const isStreamed = observe('message')?.reading.kind !== 'message';
      return { model: modelOf(context), words, steps: await askSteps(context, words, isStreamed) };
    },
  },
});

/** Where a plain answer is refused, a stream may be all there is. */
const canAsk = (observe: Observe, context: DoctorContext): Go =>
  isRefused(observe('message')) ? canGenerate(observe, context) : canStream(observe, context);

/** A window of a million tokens takes its time before the first word. */
const longTimeoutMs = 180_000;

async function askSteps(context: DoctorContext, words: Draws, isStreamed: boolean): Promise<IdentityStep[]> {
  const [endpoint, model] = [endpointOf(context), modelOf(context)];
  const asked: IdentityStep[] = [];
  let answers: Answers = {};
  const sent = (body: JsonObject): JsonObject => (isStreamed ? { ...body, stream: true } : body);
  for (const { name, isCount, when, body } of steps) {
    if (asked.length === mostRequests || when?.(answers, asked, model) === false) continue;
    context.onStep(`${asked.length + 1} of at most ${mostRequests} requests`, {
      done: asked.length,
      most: mostRequests,
    });
    const question = body(words, model, answers);
    const { exchange, text } = await askForBody(
      context,
      isCount ? countBodyQuestion(endpoint, question) : bodyQuestion(endpoint, sent(question), true),
    );
    asked.push({ name, exchange });
    const answer = exchange.outcome === 'answered' && isOk(exchange) ? answerIn(text) : undefined;
    // Where a plain question is not answered, nothing that follows is.
    if (answer === undefined && asked.length === 1) break;
    // What goes back to the server has to be what came, so it is not taken from the redacted text.
    if (answer !== undefined) answers = { ...answers, [name]: answer };
  }
  const { contextTokens } = context.options;
  if (contextTokens === null || answers.plain === undefined) return asked;
  context.onStep(`a prompt of ${contextTokens} tokens`);
  const question = bodyQuestion(endpoint, sent(longBody(words, model, contextTokens)), true);
  const { exchange } = await askForBody(context, { ...question, timeoutMs: longTimeoutMs });
  return [...asked, { name: 'context', exchange }];
}
