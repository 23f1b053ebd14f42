// `msg mock`: a Messages server on this machine that answers honestly, or fails in a way of your choice.
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { configError, usageError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { isLoopback } from '../messages/endpoint.ts';
import { Secret } from '../messages/secret.ts';
import { exchangeText, farewellText, scenarioList, welcomeText } from '../mock/mock-text.ts';
import type { Scenario } from '../mock/scenario.ts';
import { scenarioNamed } from '../mock/scenario-names.ts';
import { scenarios } from '../mock/scenarios.ts';
import { readScenario } from '../mock/script-file.ts';
import { type Mock, type MockExchange, type MockOptions, startMock } from '../mock/server.ts';
import { type CommonOptions, commonFlags, numberParser } from '../profiles/flags.ts';
import { readFileOf } from '../terminal/json-argument.ts';
import type { Declaration } from './command.ts';

type MockCommandOptions = CommonOptions & {
  port: number;
  host: string;
  key?: string;
  scenario?: string;
  script?: string;
  speed: number;
  ttft: number;
  strictHistory?: boolean;
  list?: boolean;
};

const description = `Serve the Messages protocol on this machine, with no model behind it.
Point curl, an SDK, Claude Code or msg at it, and let it fail as real endpoints do.

Examples:
  # honest answers, made from the prompt
  msg mock
  # require a key, log every request
  msg mock --key test --verbose
  # the ways it can fail
  msg mock --list
  # one of them
  msg mock --scenario overloaded-midstream
  # your own, step by step
  msg mock --script answers.json

A script is a list of steps (one answer), or {"replies": [[...], [...]]}:
  [{"step": "head", "headers": {"content-type": "text/event-stream"}},
   {"step": "event", "data": {"type": "ping"}},
   {"step": "pause", "ms": 500},
   {"step": "reset"}]
Steps: head, event, bytes, split, buffer, repeat, pause, gate (silence), reset,
hangup, end.`;

/** As fast as a quick model: reading along is possible, and nobody has to wait. */
const livePace = { speed: 80, ttftMs: 150 };
const defaultPort = 4010;

export const declare: Declaration = (command, context, finish) => {
  command
    .description(description)
    .optionsGroup('Server:')
    .option(
      '--port <n>',
      'port to listen on; 0 takes any free one',
      numberParser('--port', { min: 0, max: 65_535 }),
      defaultPort,
    )
    .option(
      '--host <address>',
      'address to listen on; it is reachable from other machines only if you say so here',
      '127.0.0.1',
    )
    .option('--key <key>', 'the only key to accept (default: any, or none)')
    .option('--strict-history', 'refuse every conversation that the native API would refuse, in its words')
    .optionsGroup('Answers:')
    .option('--scenario <name>', 'a way to fail or to answer strangely; see --list')
    .option('--script <file>', 'answers from a JSON file')
    .option(
      '--speed <tokens/s>',
      'pace of the answers; 0 is as fast as possible',
      numberParser('--speed', { min: 0, isInteger: false }),
      livePace.speed,
    )
    .option('--ttft <ms>', 'wait before each answer', numberParser('--ttft', { min: 0 }), livePace.ttftMs)
    .option('--list', 'list all scenarios, with one line on each');
  commonFlags(command, 'every request and its answer, on stderr').action(
    async (options: MockCommandOptions) => finish(await runMock(options, context)),
  );
};

/** Serves until Ctrl-C or SIGTERM, which is the regular end. Throws MsgError when it cannot begin. */
async function runMock(options: MockCommandOptions, context: Context): Promise<ExitCode> {
  const { stdout, stderr } = context.streams;
  const theme = context.theme('stderr', options.color);
  if (options.list) {
    await stdout.write(scenarioList(scenarios, stdout.isTTY ? stdout.columns() : undefined));
    return exitCodes.done;
  }
  // Registered as a secret, so that no log line can show it.
  if (options.key !== undefined) new Secret(options.key);
  const scenario = await chosenScenario(options, context);
  let requestCount = 0;
  const mock = await listen({
    keepsRequests: false,
    onRequest: () => {
      requestCount += 1;
    },
    host: options.host,
    port: options.port,
    speed: options.speed,
    ttftMs: options.ttft,
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.strictHistory ? { strictHistory: true } : {}),
    ...(scenario === undefined ? {} : { scenario }),
    ...(options.verbose
      ? { onExchange: (exchange: MockExchange) => void stderr.write(exchangeText(exchange, theme)) }
      : {}),
  });
  try {
    const stopped = new Promise<void>((resolve) => {
      const stopListening = context.interrupts.on(() => {
        stopListening();
        resolve();
      });
    });
    if (!options.quiet) {
      const isOpen = !isLoopback(urlAt(options.host));
      await stderr.write(welcomeText({ mock, scenario, needsKey: options.key !== undefined, isOpen }, theme));
    }
    await stopped;
    if (!options.quiet) await stderr.write(farewellText(requestCount, stderr.isTTY));
  } finally {
    await mock.close();
  }
  return exitCodes.done;
}

async function chosenScenario(
  { scenario: name, script }: MockCommandOptions,
  { dirs }: Context,
): Promise<Scenario | undefined> {
  if (name !== undefined && script !== undefined)
    throw usageError('--scenario and --script exclude each other: both say how to answer.');
  if (script !== undefined) {
    return readScenario(readFileOf('--script', resolve(dirs.working, script)), script);
  }
  if (name === undefined) return undefined;
  return scenarioNamed(name);
}

async function listen(options: MockOptions & { host: string; port: number }): Promise<Mock> {
  try {
    return await startMock(options);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const sentences: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${options.port} is taken.`,
      EACCES: `Port ${options.port} needs more rights than you have.`,
      EADDRNOTAVAIL: `${options.host} is not an address of this machine.`,
      ENOTFOUND: `${options.host} is not an address of this machine.`,
      EAI_AGAIN: `${options.host} is not an address of this machine.`,
    };
    const sentence = sentences[code ?? ''] ?? `Cannot listen on ${options.host}:${options.port}: ${message}.`;
    const isAddress = /^(EADDRNOTAVAIL|ENOTFOUND|EAI_)/.test(code ?? '');
    const hint = isAddress
      ? 'Leave out --host to listen on this machine only; --host 0.0.0.0 listens on all its addresses.'
      : 'Choose another: msg mock --port 0 takes any free port.';
    throw configError(sentence, hint, {}, cause);
  }
}

/** The address as a URL, so that the one loopback rule can judge it. */
const urlAt = (host: string): string => `http://${host.includes(':') ? `[${host}]` : host}`;
