// The least a program can do: a streamed answer printed with node:http and nothing else.
import { request } from 'node:http';

const { BENCH_URL: url, BENCH_KEY: key } = process.env;
const body = JSON.stringify({
  model: 'bench-model',
  max_tokens: 1024,
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
});
const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };
request(`${url}/v1/messages`, { method: 'POST', headers }, (response) => {
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const event = JSON.parse(line.slice(6));
      if (event.type === 'content_block_delta') process.stdout.write(event.delta.text);
    }
  });
}).end(body);
