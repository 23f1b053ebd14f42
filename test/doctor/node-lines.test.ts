import { expect, it } from 'vitest';
import { nodeLine } from '../../src/doctor/engine/node-lines.ts';

it('is over when its last day has passed, not before', () => {
  expect(nodeLine('v20.20.2', Date.parse('2026-04-30T23:59:59Z')).isOver).toBe(false);
  expect(nodeLine('v20.20.2', Date.parse('2026-05-01T00:00:00Z'))).toEqual({
    major: 20,
    lastDay: '2026-04-30',
    isOver: true,
  });
});

it('does not know lines that are newer than itself', () => {
  expect(nodeLine('31.0.0', Date.parse('2026-11-30'))).toEqual({
    major: 31,
    lastDay: undefined,
    isOver: false,
  });
});
