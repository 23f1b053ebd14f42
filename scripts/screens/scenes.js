// What the pictures of screens show, as data: a command, what is typed into it and when, and what the model answers.
// `until`: the text that is waited for before what follows is typed, or the picture is taken.

const rich = `# Connection pools

The pool was *exhausted* because **every request** opened a transaction and waited for \`payments\` inside it, so that forty workers held forty connections.

## What to do

1. Move the call to https://payments.example.com/v2/charges out of the transaction; nothing in it needs the lock.
2. Bound the wait: a request that has not had its connection after two seconds should fail rather than queue.
   - [x] \`pool.acquireTimeoutMillis = 2000\`
   - [ ] an alert when more than half of the pool is waiting

### Why it looked like the database

> The server was idle all the time. What queued were our own workers, each of which waited for a connection that another one held.

See the [guide](https://www.postgresql.org/docs/current/runtime-config-connection.html), or www.pgbouncer.org.
`;

const code = `Retry with a growing delay:

\`\`\`python
def retry(call, attempts=5):
    """Call until it works."""
    for attempt in range(attempts):
        try:
            return call()
        except TimeoutError:
            time.sleep(2 ** attempt)  # 1, 2, 4 ...
\`\`\`

As one line of JSON:

\`\`\`json
{"attempts": 5, "delay": "exponential", "jitter": true}
\`\`\`

\`\`\`
plain text
\`\`\`
`;

const table = `| Tool | What it is for | When to choose it |
|---|---|:--|
| pgbouncer | pools connections in front of the server, one process for all clients | many short transactions |
| PgCat | the same, and it shards and balances reads over replicas | several servers behind one address |
| in the application | nothing more to run; each process has a pool of its own | few processes, long sessions |
| kubernetes-sidecar-with-a-long-name | one pooler a pod | when the platform team says so |
`;

const math = `The sample variance is $s^2 = \\frac{1}{n-1}\\sum_{i=1}^{n}(x_i - \\bar{x})^2$, and for $n \\to \\infty$ it tends to $\\sigma^2$.

$$
\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}
$$

It costs $5, not $10. Footnotes[^1] and [references][pg] are read, too.

[^1]: Behind the text.
[pg]: https://www.postgresql.org "PostgreSQL"
`;

const cjk = `# 設定ファイルの読み込み

この関数は、\`config.json\`を読み込み、検証してから値を返します。「設定が見つからない」場合は、既定値（127.0.0.1）を使います。

- 中文：每个汉字之间都可以换行，但是标点符号不能出现在行首。
- 한국어는 낱말 사이에서 줄을 바꿉니다. 낱말은 나누지 않습니다.
`;

const chat = (answer, ...steps) => ({
  argv: ['chat'],
  answers: [answer],
  steps: [{ until: '/help', type: 'why did it stop?\r' }, ...steps],
});

export const scenes = {
  answer: { ...chat(rich), until: 'pgbouncer.org' },
  code: { ...chat(code), until: 'plain text' },
  table: { ...chat(table), until: 'says so' },
  math: { ...chat(math), until: 'postgresql.org' },
  cjk: { ...chat(cjk), until: '않습니다' },
  turns: {
    argv: ['chat', '--usage'],
    answers: ['It opened a transaction for **every** request.', 'Yes: two seconds are enough.'],
    steps: [
      { until: '/help', type: 'why did it stop?\r' },
      { until: ' out', type: 'and is a limit of two seconds enough for the slowest of them?\r' },
    ],
    until: 'are enough',
  },
  help: {
    argv: ['chat'],
    answers: [],
    steps: [{ until: '/help', type: '/help\r' }],
    until: 'anything a message',
  },
  failure: {
    argv: ['chat', '--base-url', 'http://127.0.0.1:1/a-long-path/to/an/endpoint/that/is/not/there'],
    answers: [],
    steps: [{ until: '/help', type: 'hello\r' }],
    until: 'asks again',
  },
  send: { argv: ['send', 'why did it stop?'], answers: [rich], steps: [], until: 'pgbouncer.org' },
  error: {
    argv: ['send', '-P', 'wrok', 'hello'],
    answers: [],
    steps: [],
    until: 'msg profiles list',
  },
};
