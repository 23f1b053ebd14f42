// The smallest client of a Messages endpoint: asks for a stream and prints the text as it arrives. No package is needed.
// It reads what every SDK reads: ANTHROPIC_BASE_URL, and ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN.
const { ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_MODEL } = process.env;

const response = await fetch(`${ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com'}/v1/messages`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    ...(ANTHROPIC_API_KEY && { 'x-api-key': ANTHROPIC_API_KEY }),
    ...(ANTHROPIC_AUTH_TOKEN && { authorization: `Bearer ${ANTHROPIC_AUTH_TOKEN}` }),
  },
  body: JSON.stringify({
    model: ANTHROPIC_MODEL ?? 'claude-sonnet-4-6',
    max_tokens: 1024,
    stream: true,
    messages: [{ role: 'user', content: process.argv.slice(2).join(' ') || 'What can you do?' }],
  }),
});

if (!response.ok) {
  process.stderr.write(`${response.status}: ${await response.text()}\n`);
  process.exitCode = 1;
} else {
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const { type, delta } = JSON.parse(line.slice(6));
      if (type === 'content_block_delta' && delta.text) process.stdout.write(delta.text);
    }
  }
  process.stdout.write('\n');
}
