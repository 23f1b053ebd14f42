import { describe, expect, it } from 'vitest';
import { readScenario } from '../../src/mock/script-file.ts';

const read = (json: unknown) => readScenario(JSON.stringify(json), 'answers.json');

describe('a scenario file', () => {
  it('is one answer as a list of steps', () => {
    const steps = [
      { step: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } },
      { step: 'event', data: { type: 'ping' }, event: false, lineEnd: '\r\n' },
      { step: 'bytes', bytes: 'ff', encoding: 'hex' },
      { step: 'split', at: 'every-byte', steps: [{ step: 'bytes', bytes: 'abc' }] },
      { step: 'buffer', until: { bytes: 4096 } },
      { step: 'repeat', times: 2, steps: [{ step: 'pause', ms: 1 }] },
      { step: 'gate', name: 'x' },
      { step: 'hangup' },
      { step: 'reset' },
      { step: 'end' },
    ];
    expect(read(steps)).toEqual({ name: 'answers.json', summary: 'plays answers.json', replies: [steps] });
  });

  it('or rules for the honest server', () => {
    const rules = {
      native: { ignores: ['system'], hiddenTokens: 900 },
      auth: 'bearer',
      needsVersion: false,
      strictHistory: true,
      models: ['a'],
      absent: ['models'],
      answer: 'Hi.',
    };
    expect(read({ rules })).toMatchObject({ rules });
  });

  it('or several answers with what comes after them', () => {
    expect(
      read({
        name: 'mine',
        replies: [[{ step: 'reset' }], [{ step: 'end' }]],
        afterwards: 'answer',
        on: 'everything',
      }),
    ).toEqual({
      name: 'mine',
      summary: 'plays answers.json',
      replies: [[{ step: 'reset' }], [{ step: 'end' }]],
      afterwards: 'answer',
      on: 'everything',
    });
  });

  it.each([
    [42, 'answers.json: must be a list of steps or an object with "replies".'],
    [[{ step: 'evnt' }], 'answers.json: steps[0] is no step: "step" must be one of "head", "event",'],
    [[{ step: 'pause' }], 'answers.json: steps[0].ms must be a number of at least 0.'],
    [[{ step: 'pause', ms: -1 }], 'answers.json: steps[0].ms must be a number of at least 0.'],
    [
      [{ step: 'pause', ms: 1, seconds: 2 }],
      'answers.json: steps[0].seconds is not a field of the step "pause".',
    ],
    [
      [{ step: 'head', framing: 'none' }],
      'answers.json: steps[0].framing must be one of "chunked", "length", "close".',
    ],
    [{ replies: [[], [{ step: 'gate' }]] }, 'answers.json: replies[1][0].name must be a text.'],
    [{ replies: {} }, 'answers.json: replies must be a list of lists of steps.'],
    [{ afterwards: 'stop' }, 'answers.json: afterwards must be one of "repeat", "answer".'],
    [{ rules: [] }, 'answers.json: rules must be an object.'],
    [{ rules: { auth: 'both' } }, 'answers.json: rules.auth must be one of "either", "x-api-key", "bearer".'],
    [
      { rules: { absent: ['batches'] } },
      'answers.json: rules.absent must be a list, each one of "messages",',
    ],
    [
      { rules: { native: { ignores: ['tools'] } } },
      'answers.json: rules.native must be an object of ignores, signatures,',
    ],
    [{ rules: { colour: 1 } }, 'answers.json: rules.colour is no rule; there are key, auth,'],
    [{ answers: [] }, 'answers.json: answers is not a field of a scenario'],
    [
      [{ step: 'repeat', times: 2, steps: [{ step: 'end', x: 1 }] }],
      'answers.json: steps[0].steps[0].x is not a field of the step "end".',
    ],
    [
      [{ step: 'split', at: [1], steps: [{ step: 'reset' }] }],
      'answers.json: steps[0].steps[0] cannot be split: only events and bytes can.',
    ],
  ])('that is wrong is told by place: %j', (json, message) => {
    expect(() => read(json)).toThrow(message);
  });

  it('that is not JSON is told so', () => {
    expect(() => readScenario('[', 'answers.json')).toThrow(/^answers\.json is not JSON: /);
  });
});
