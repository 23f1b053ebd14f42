// The Vercel AI SDK with its provider for Anthropic: streamed text, and an error.
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, streamText } from 'ai';

const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const print = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const { textStream, usage, finishReason } = streamText({
  model: anthropic('mock-1'),
  prompt: 'count from 1 to 30',
  maxOutputTokens: 500,
});
for await (const text of textStream) print(text);
print([await finishReason, (await usage).outputTokens]);
const { text } = await generateText({ model: anthropic('mock-1'), prompt: 'hello', maxOutputTokens: 500 });
print(text);
