// A request as a curl command.
import { describe, expect, it } from 'vitest';
import { curlText } from '../../src/turn/curl-text.ts';

describe('a curl command', () => {
  const request = { method: 'POST', url: 'https://host/v1/messages', headers: {}, body: '{}' } as const;

  it('fills in secrets only where secrets stand', () => {
    const headers = { 'x-api-key': '$KEY', authorization: 'Bearer $KEY', 'x-note': '$KEY', 'x-none': '' };
    const text = curlText({ ...request, headers }, { extra: [] });
    expect(text).toContain('-H "x-api-key: $KEY"');
    expect(text).toContain('-H "authorization: Bearer $KEY"');
    expect(text).toContain("-H 'x-note: $KEY'");
    expect(text).toContain("-H 'x-none;'");
  });

  it('has brackets in a URL taken as they are', () => {
    expect(curlText({ ...request, url: 'https://[::1]/v1' }, { extra: [] })).toContain(
      'curl -sS -N -g -X POST',
    );
  });

  it('gives a body that is too long for an argument on stdin', () => {
    const body = JSON.stringify({ text: `'${'x'.repeat(100_001)}` });
    const text = curlText({ ...request, body }, { extra: [] });
    expect(text.endsWith(`--data-binary @- <<'END_OF_BODY'\n${body}\nEND_OF_BODY\n`)).toBe(true);
  });
});
