import type { Logger } from '../../../core/domain/log.ts';
import type { Route, RouteReply, RouteRequest } from '../../../core/service/route.ts';
import type { ConsoleStore } from '../../../core/state/console/console-store.ts';
import type { Host } from '../../host.ts';
import type { Gate } from '../access/gate.ts';
import type { Caller } from '../access/sessions.ts';
import type { Endpoint } from '../api/endpoint.ts';
import { endpoints } from '../api/index.ts';
import { failureOf, Refusal } from '../refusal.ts';
import type { FullReply, Handlers, StreamedReply } from './handlers.ts';
import { maskCustomerData } from './mask.ts';
import { findEndpoint, type NamedEndpoint } from './paths.ts';
import { securityHeaders } from './security-headers.ts';
import { subjectOf } from './subject.ts';

interface Ports {
  readonly handlers: Handlers;
  readonly gate: Gate;
  readonly store: ConsoleStore;
  readonly host: Host;
  readonly log: Logger;
}

const apiPrefix = '/api/';
const contentTypes = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  events: 'text/event-stream',
} as const;

/** The routes of a path below /api/: what the endpoints are, as data, and what answers them. */
export function createRouter(ports: Ports): (path: string) => readonly Route[] {
  return (path) => {
    if (!path.startsWith(apiPrefix)) return [];
    const methods = ['GET', 'POST', 'DELETE'] as const;
    const found = methods.flatMap((method) => findEndpoint(endpoints, method, path) ?? []);
    // Anything else below it is no page, and its answer says so in JSON.
    if (found.length === 0) return methods.map((method) => routeTo(method, path, notFound(ports)));
    return found.map((match) => routeTo(match.endpoint.method, path, (request) => answer(ports, match, request)));
  };
}

function routeTo(method: Route['method'], path: string, handle: Route['handle']): Route {
  return { method, path, handle };
}

function notFound(ports: Ports): Route['handle'] {
  return async () => refused(ports, new Refusal(404, 'not-found', 'There is nothing at this address.'));
}

async function answer(ports: Ports, match: NamedEndpoint, request: RouteRequest): Promise<RouteReply> {
  const { endpoint, id } = match;
  const { isAct } = endpoint;
  let caller: Caller | undefined;
  let body: unknown;
  try {
    caller = await ports.gate.admit(request, endpoint);
    body = parseBody(endpoint, request);
    const query = parseQuery(endpoint, request);
    const made = await handlerOf(ports.handlers, id)({ path: match.path, query, body, caller, request });
    const reply = replyOf(endpoint, made, caller);
    const person = (isFull(made) ? made.entered : undefined) ?? caller;
    if (isAct) await record(ports, match, { person, body, outcome: 'done', detail: null });
    return reply;
  } catch (error) {
    const { status, code } = failureOf(error, ports.host);
    if (status === 500) ports.log.error({ endpoint: id, reason: reasonOf(error, ports) }, 'request not answered');
    if (isAct) {
      const person = caller ?? (await ports.gate.caller(request));
      const outcome = status === 401 || status === 403 || status === 429 ? 'refused' : 'failed';
      await record(ports, match, { person, body, outcome, detail: code });
    }
    return refused(ports, error);
  }
}

/** What the schemas of an endpoint have read is what its handler takes: the compiler cannot follow that from name to name. */
type AnyHandler = (call: {
  readonly path: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller | undefined;
  readonly request: RouteRequest;
}) => Promise<unknown>;

function handlerOf(handlers: Handlers, id: NamedEndpoint['id']): AnyHandler {
  return handlers[id] as unknown as AnyHandler;
}

function replyOf(endpoint: Endpoint, made: unknown, caller: Caller | undefined): RouteReply {
  const contentType = contentTypes[endpoint.content];
  if (isStreamed(made))
    return {
      status: endpoint.status,
      contentType,
      headers: { ...securityHeaders, ...made.headers },
      stream: made.stream,
    };
  const { reply, answer: document } = isFull(made) ? made : { reply: undefined, answer: made };
  const shown = caller?.role === 'viewer' ? maskCustomerData(endpoint.answer, document) : document;
  return {
    status: reply?.status ?? endpoint.status,
    contentType,
    headers: { ...securityHeaders, ...reply?.headers },
    body: endpoint.content === 'json' ? JSON.stringify(shown) : String(shown),
  };
}

function isFull(made: unknown): made is FullReply<unknown> {
  return typeof made === 'object' && made !== null && 'reply' in made && 'answer' in made;
}

function isStreamed(made: unknown): made is StreamedReply {
  return typeof made === 'object' && made !== null && 'stream' in made && typeof made.stream === 'function';
}

function refused({ host }: Ports, error: unknown): RouteReply {
  const { status, ...failure } = failureOf(error, host);
  return { status, headers: securityHeaders, body: JSON.stringify({ error: failure }) };
}

function parseQuery({ query }: Endpoint, request: RouteRequest): unknown {
  if (!query) return undefined;
  const read = query.safeParse(Object.fromEntries(request.query));
  if (read.success) return read.data;
  throw invalid(read.error.issues[0]);
}

function parseBody({ body }: Endpoint, request: RouteRequest): unknown {
  if (!body) return undefined;
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal(415, 'content-type', 'The request is not JSON.');
  const read = body.safeParse(jsonOf(request.body));
  if (read.success) return read.data;
  throw invalid(read.error.issues[0]);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(400, 'invalid', 'The request is not JSON.');
    throw error;
  }
}

function invalid(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): Refusal {
  const where = issue?.path.map(String).join('.') ?? '';
  return new Refusal(
    400,
    'invalid',
    `${where === '' ? 'The request' : where}: ${issue?.message ?? 'not as expected'}.`,
  );
}

async function record(
  { store }: Ports,
  { id, path }: NamedEndpoint,
  {
    person,
    body,
    outcome,
    detail,
  }: {
    readonly person: Pick<Caller, 'name' | 'role'> | undefined;
    readonly body: unknown;
    readonly outcome: 'done' | 'refused' | 'failed';
    readonly detail: string | null;
  },
): Promise<void> {
  await store.record({
    actor: person?.name ?? 'nobody',
    role: person?.role ?? 'none',
    act: id,
    pipeline: path.pipeline ?? null,
    subject: subjectOf(path, body),
    outcome,
    detail,
  });
}

function reasonOf(error: unknown, { host }: Ports): string {
  return host.redactor.redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
