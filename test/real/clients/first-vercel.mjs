// The first request of Vercel's AI SDK, with a system prompt and a tool: what `msg doctor --client vercel-ai` makes.
import { createAnthropic } from '@ai-sdk/anthropic';
import { jsonSchema, streamText, tool } from 'ai';

const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const [{ name, description, input_schema: schema }] = JSON.parse(process.env.TOOLS);
const { textStream } = streamText({
  model: anthropic('claude-opus-4-6'),
  system: 'Be brief.',
  prompt: 'hi',
  tools: { [name]: tool({ description, inputSchema: jsonSchema(schema) }) },
});
for await (const _text of textStream);
