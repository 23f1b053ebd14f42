// A streamed answer with the official SDK's raw iterator: printed, or only counted (BENCH_COUNT).
import Anthropic from '@anthropic-ai/sdk';

const { BENCH_URL: baseURL, BENCH_KEY: apiKey, BENCH_COUNT: isCounting } = process.env;
async function main() {
  const stream = await new Anthropic({ baseURL, apiKey }).messages.create({
    model: 'bench-model',
    max_tokens: 1024,
    stream: true,
    messages: [{ role: 'user', content: 'hello' }],
  });
  let count = 0;
  for await (const event of stream) {
    count++;
    if (isCounting || event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue;
    process.stdout.write(event.delta.text);
  }
  if (isCounting) process.stderr.write(`${count}\n`);
}

main();
