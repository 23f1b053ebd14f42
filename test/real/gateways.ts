// Real gateways in front of one provider: how each is configured and started.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, type Running, run } from './process.ts';
import { models, providerKey } from './provider.ts';
import { hasModules, python } from './python.ts';

/** What callers of the gateway have. */
export const callerKey = 'sk-caller-canary-0123456789abcdef';

/** What is wrong in the gateway itself: its key for the provider, or the address, where nobody listens. */
const mistakes = [
  { name: 'wrong-key', key: 'sk-wrong', port: undefined },
  { name: 'down', key: providerKey, port: 1 },
];

export type Gateway = {
  readonly name: string;
  /** What brings it. */
  readonly source: string;
  readonly isInstalled: boolean;
  readonly start: (providerPort: number) => Promise<Running & { readonly url: string }>;
};

const litellm = join(python, '../litellm');

export const liteLlm: Gateway = {
  name: 'LiteLLM',
  source: 'PyPI: litellm[proxy], in .venv, as .ci/run makes it',
  isInstalled: hasModules('litellm', 'fastapi', 'uvicorn', 'apscheduler', 'redis'),
  start(providerPort) {
    const route = (name: string, model: string, key = providerKey, at = providerPort) => ({
      model_name: name,
      litellm_params: { model: `anthropic/${model}`, api_base: `http://127.0.0.1:${at}`, api_key: key },
    });
    return startLiteLlm([
      ...models.map((name) => route(name, name)),
      ...mistakes.map(({ name, key, port: wrongPort }) => route(name, 'good', key, wrongPort)),
    ]);
  },
};

/** LiteLLM with these routes: `model_name` is what callers ask for, `litellm_params` where it goes. */
export async function startLiteLlm(routes: readonly object[]): Promise<Running & { readonly url: string }> {
  const [port = 0] = await freePorts(1);
  const configuration = {
    model_list: routes,
    general_settings: { master_key: callerKey },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  };
  const running = await run(
    litellm,
    (file) => ['--config', file, '--host', '127.0.0.1', '--port', `${port}`, '--telemetry', 'False'],
    () => JSON.stringify(configuration),
    [port],
    // Otherwise it asks the Internet for the prices of models.
    { LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
  );
  return { ...running, url: `http://127.0.0.1:${port}` };
}

const ccr = new URL('../../node_modules/@musistudio/claude-code-router/dist/cli.js', import.meta.url)
  .pathname;

export const claudeCodeRouter: Gateway = {
  name: 'claude-code-router',
  source: 'npm: @musistudio/claude-code-router',
  isInstalled: existsSync(ccr),
  async start(providerPort) {
    const [port = 0] = await freePorts(1);
    const provider = (name: string, path: string, key = providerKey, at = providerPort) => ({
      name,
      api_base_url: `http://127.0.0.1:${at}${path}`,
      api_key: key,
      models,
    });
    const configuration = {
      HOST: '127.0.0.1',
      PORT: port,
      APIKEY: callerKey,
      LOG: false,
      NON_INTERACTIVE_MODE: true,
      Providers: [
        provider('chat', '/v1/chat/completions'),
        { ...provider('native', '/v1/messages'), transformer: { use: ['Anthropic'] } },
        ...mistakes.map(({ name, key, port: wrongPort }) =>
          provider(name, '/v1/chat/completions', key, wrongPort),
        ),
      ],
      Router: { default: 'chat,good' },
    };
    const running = await run(
      process.execPath,
      () => [ccr, 'start'],
      (directory) => {
        const text = JSON.stringify(configuration);
        mkdirSync(join(directory, '.claude-code-router'));
        writeFileSync(join(directory, '.claude-code-router/config.json'), text);
        return text;
      },
      [port],
    );
    return { ...running, url: `http://127.0.0.1:${port}` };
  },
};
