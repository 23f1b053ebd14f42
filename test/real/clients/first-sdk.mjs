// The first request of the official SDK for TypeScript, with a tool: what `msg doctor --client sdk-ts` makes.
import Anthropic from '@anthropic-ai/sdk';

const [weatherTool] = JSON.parse(process.env.TOOLS);
await new Anthropic().messages
  .stream({
    model: 'claude-opus-4-6',
    max_tokens: 1024,
    messages: [{ role: 'user', content: 'hi' }],
    tools: [weatherTool],
  })
  .finalMessage();
