import { expect, it } from 'vitest';
import { identifyHops } from '../../src/doctor/reading/hops.ts';
import { isAnthropicRequestId } from '../../src/doctor/reading/request-ids.ts';
import fc from '../fast-check.ts';

const own = 'req_011CSHoEeqs5C35K2UUqR7Fy';

it("knows Anthropic's ids by their whole shape", () => {
  expect(isAnthropicRequestId(own)).toBe(true);
  for (const id of [
    undefined,
    null,
    '',
    'req_01',
    `${own}-2`,
    `x${own}`,
    'req_0',
    'req_018EeWyXxfu5pfWkrYcMdjW0G',
  ])
    expect(isAnthropicRequestId(id)).toBe(false);
});

it('takes no id of hexadecimal digits for one, whatever it begins with', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 20, maxLength: 26 });
  fc.assert(
    fc.property(digits, fc.constantFrom('', '0', '01', '011'), fc.boolean(), (rest, start, isUpper) => {
      const id = `req_${start}${isUpper ? rest.toUpperCase() : rest}`;
      expect(isAnthropicRequestId(id)).toBe(false);
      const exchange = { status: 401, headers: { 'request-id': id }, body: `{"request_id":"${id}"}` };
      expect(identifyHops([exchange])).toEqual([]);
    }),
  );
});

it('sees Anthropic in a header or in an error body', () => {
  const names = (headers: Record<string, string>, body: string) =>
    identifyHops([{ status: 401, headers, body }]).map(({ name }) => name);
  expect(names({ 'request-id': own }, '')).toEqual(['Anthropic']);
  expect(names({}, `{"type":"error","request_id": "${own}"}`)).toEqual(['Anthropic']);
});
