// Who should change what, by the place of a cause in the request. Data.
import type { Owner } from '../engine/report.ts';
import type { Area } from './examination.ts';

type AreaAdvice = {
  /** What is true when nothing there is refused. */
  readonly title: string;
  /** What people see when it is, and why it matters. */
  readonly why: string;
  readonly owner: Owner;
  /** Who should change what: client, gateway, provider. */
  readonly cure: string;
};

/** In the order in which a request is read. */
export const areaAdvice: Readonly<Record<Area, AreaAdvice>> = {
  model: {
    title: 'The model of the request is known here',
    why: 'Clients carry names of models in their code, also of small ones for their own work; a gateway has its own list.',
    owner: 'you',
    cure: 'Name a model of this target in the client (Claude Code: ANTHROPIC_MODEL and ANTHROPIC_SMALL_FAST_MODEL), or have the gateway map the name.',
  },
  beta: {
    title: 'Every beta of the request is taken',
    why: 'Clients ask for betas by themselves. The native API refuses names it does not know, and so do clouds behind a gateway.',
    owner: 'gateway',
    cure: 'The gateway should leave this beta out of what it passes on. Until then, the client: Claude Code with CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1, an SDK without it in `betas`.',
  },
  header: {
    title: 'Every header of the request is taken',
    why: 'Gateways and firewalls in front of them judge requests by headers such as user-agent, and let some clients in only.',
    owner: 'gateway',
    cure: 'Ask the operator of the gateway why this header is refused; leave it out or change it where the client lets you.',
  },
  query: {
    title: 'The parameters behind the URL are taken',
    why: 'SDKs call beta resources at /v1/messages?beta=true; a gateway that compares the whole URL has no such route.',
    owner: 'gateway',
    cure: 'The gateway should match the path without the query. Until then, the client: its plain messages resource instead of its beta one.',
  },
  field: {
    title: 'Every field of the request is taken',
    why: 'Fields that are new, or that belong to a beta, are refused by gateways and backends that are older than the client.',
    owner: 'gateway',
    cure: 'The gateway should pass this field on, or drop it where its backend has none; until then leave it out in the client. If the native API refuses it too, the client is wrong.',
  },
  system: {
    title: 'The system prompt of the request is taken',
    why: 'Some backends take a system prompt only as one text, or only one that begins as they expect; firewalls read it, too.',
    owner: 'gateway',
    cure: 'Send this part of the system prompt in another way (one text, or shorter), and show the operator of the gateway the reduced request.',
  },
  tool: {
    title: 'Every tool of the request is taken',
    why: 'One tool that a backend does not take, often one of an MCP server, fails every request of an agent.',
    owner: 'gateway',
    cure: 'Leave this tool out in the client (or its MCP server), or change what is refused of it; the gateway should translate it for its backend.',
  },
  schema: {
    title: 'Every keyword of the schemas is taken',
    why: 'Backends behind gateways know only a part of JSON Schema, and refuse the whole request for one keyword they do not know.',
    owner: 'gateway',
    cure: 'The gateway should drop or translate this keyword for its backend. Until then, the tool (or its MCP server) should do without it: describe the rule in `description` instead.',
  },
  message: {
    title: 'The messages of the request are taken',
    why: 'A turn or block that is refused fails every request that follows in the same conversation.',
    owner: 'you',
    cure: 'Take this part out of the conversation in the client (a new session does), and report it to the client: what it sends has to be what the API takes. If the native API takes it, the gateway is to pass it on.',
  },
  cache_control: {
    title: 'Every cache mark of the request is taken',
    why: 'The native API takes four; backends that have no prompt cache refuse them, or some of their fields.',
    owner: 'gateway',
    cure: 'The gateway should drop marks that its backend does not take. Until then, the client: Claude Code with DISABLE_PROMPT_CACHING=1.',
  },
  size: {
    title: 'The request is not too large',
    why: 'Conversations of agents grow to megabytes; each hop, and the model, has a limit of its own.',
    owner: 'gateway',
    cure: 'Raise the limit of the hop that refuses (nginx: client_max_body_size), or let the client send less: compact the conversation, fewer tools.',
  },
};
