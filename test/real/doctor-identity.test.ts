// `msg doctor --identity` through a real LiteLLM: what it translates is told apart from what it only passes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { reportIn } from '../cli/report.ts';
import { runMsg } from '../cli/run-msg.ts';
import { callerKey, liteLlm, startLiteLlm } from './gateways.ts';
import type { Running } from './process.ts';
import { providerKey, startProvider } from './provider.ts';

const passedOn = 'claude-opus-4-6';
const translated = 'claude-sonnet-4-6';
const claudes = [passedOn, 'claude-opus-4-5'];

// That it is installed where it has to be is asserted in gateways.test.ts.
describe.skipIf(!liteLlm.isInstalled)(`${liteLlm.name} (${liteLlm.source}) in front of`, () => {
  let native: Mock;
  let liar: Mock;
  let gateway: Running & { readonly url: string };
  beforeAll(async () => {
    native = await startProvider({ native: {}, models: [...claudes, 'good'] });
    liar = await startProvider({ native: { ignores: ['system'] }, models: claudes });
    const route = (model_name: string, model: string, api_base: string) => ({
      model_name,
      litellm_params: { model, api_base, api_key: providerKey },
    });
    gateway = await startLiteLlm([
      route(passedOn, `anthropic/${passedOn}`, native.url),
      route(translated, 'hosted_vllm/good', `${native.url}/v1`),
      route('claude-opus-4-5', 'anthropic/claude-opus-4-5', liar.url),
    ]);
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([native?.close(), liar?.close()]);
  });

  const identityOf = async (model: string) => {
    const argv = [
      'doctor',
      gateway.url,
      '--api-key-env',
      'KEY',
      '-m',
      model,
      '--identity',
      '--yes',
      '--json',
    ];
    return reportIn((await runMsg(argv, { on: native, env: { KEY: callerKey } })).stdout).identity;
  };

  it('a native backend: native', async () => {
    expect(await identityOf(passedOn)).toMatchObject({ verdict: 'native', failedProofs: 0 });
  });

  it('chat completions: translated, whatever it does not obey', async () => {
    expect(await identityOf(translated)).toMatchObject({
      verdict: 'translated',
      because: expect.stringMatching(
        /message id: chatcmpl-1; x-litellm-model-name: hosted_vllm\/good/,
      ) as string,
    });
  });

  it('a backend that drops the system prompt: altered', async () => {
    expect(await identityOf('claude-opus-4-5')).toMatchObject({
      verdict: 'altered',
      because: '1 independent proof fails: system.',
    });
  });
});
