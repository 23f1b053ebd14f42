// The official SDK for TypeScript: a stream, a whole message, a count, a list, and an error; everything it tells is printed.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ maxRetries: 1 });
const messages = [{ role: 'user', content: 'count from 1 to 30, with a table' }];
const ask = { model: 'mock-1', max_tokens: 500, messages };
const print = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

for await (const event of await client.messages.create({ ...ask, stream: true })) print(event);
print(await client.messages.create(ask));
print(await client.messages.countTokens({ model: ask.model, messages }));
print((await client.models.list()).data);
try {
  await client.messages.create({ ...ask, max_tokens: -1 });
} catch (error) {
  print([error.status, error.name, error.message]);
}
const stopped = client.messages.stream(ask);
for await (const event of stopped) if (event.type === 'content_block_delta') break;
stopped.abort();
