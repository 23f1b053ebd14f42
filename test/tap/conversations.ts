// Requests as agents make them.

/** Everything that could leave its place in a page. */
export const hostileText =
  '</script><script>alert(1)</script><img src=x onerror=alert(2)><!-- <b onclick=alert(3)>\u2028\u202E</textarea>&lt;';

/** A request with tools, a system prompt that changes with the day, and so many turns of tool calls. */
export const conversation = ({ day, turns }: { day: number; turns: number }): object => ({
  model: 'mock-1',
  metadata: { user_id: 'somebody' },
  tools: [
    {
      name: 'Bash',
      description: 'Runs a command.\nIn a shell of its own.',
      input_schema: { type: 'object', properties: { command: { type: 'string' } } },
    },
  ],
  system: [
    { type: 'text', text: `You are an agent. Today is day ${day}.`, cache_control: { type: 'ephemeral' } },
  ],
  messages: [
    { role: 'user', content: 'What is in this directory?' },
    ...Array.from({ length: turns }, (_, turn) => [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: `toolu_${turn}`, name: 'Bash', input: { command: `ls -la ${turn}` } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: `toolu_${turn}`,
            content: `total ${turn}`,
            is_error: turn === 2,
          },
        ],
      },
    ]).flat(),
  ],
});
