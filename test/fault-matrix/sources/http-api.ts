import { commonFaults } from '../../../src/sandbox/server/fault-rule.ts';
import type { Writes } from '../../../src/sandbox/server/faults.ts';
import { type Served, serveTwin } from '../../../src/sandbox/server/server.ts';
import type { TwinRequest, TwinResponse } from '../../../src/sandbox/server/twin.ts';
import { createTwinAuth } from '../../../src/testing/twin/auth.ts';

/** A REST API with one list of customers, for the `http` source: pages by cursor, or by the URL of the next one. */

export const listPath = '/v1/customers';
export const tokenPath = '/oauth/token';
const pageSize = 100;
const client = { clientId: 'app', clientSecret: 'a-client-secret', refreshToken: 'a-refresh-token' };

interface Row {
  readonly id: number;
  readonly updated_at: string;
  readonly [field: string]: unknown;
}

export interface HttpApi extends Pick<Served, 'url' | 'faults' | 'requests' | 'close'> {
  /** Adds a customer, or changes one. */
  put(id: number, fields?: Readonly<Record<string, unknown>>): void;
  remove(id: number): void;
  /** A person connects the API again: gives a new refresh token. */
  reconnect(): string;
  /** The `source:` block of a configuration. */
  configText(paging: 'cursor' | 'next', more: string): string;
}

export async function startHttpApi({
  now,
  writes,
}: {
  readonly now: () => number;
  /** Of the destination. */
  readonly writes: Writes;
}): Promise<HttpApi> {
  const rows = new Map<number, Row>();
  let auth = createTwinAuth({ type: 'oauth2', tokenPath, ...client }, now);

  function handle(request: TwinRequest): TwinResponse {
    const refusal = auth.refusal(request);
    if (refusal) return refusal;
    if (request.path !== listPath) return { status: 404, body: { error: 'not found' } };
    const { query, headers } = request;
    const since = Date.parse(query.get('changed_since') ?? '1970-01-01T00:00:00Z');
    const after = Number(query.get('after') ?? 0);
    const found = [...rows.values()].filter((row) => row.id > after && Date.parse(row.updated_at) >= since);
    const page = found.sort((a, b) => a.id - b.id).slice(0, pageSize);
    const next = found.length > page.length ? String(page.at(-1)?.id) : null;
    const url = new URL(`http://${headers.host}${listPath}?${query}`);
    url.searchParams.set('after', next ?? '');
    return { status: 200, body: { data: { customers: page }, meta: { next, url: next === null ? null : url.href } } };
  }

  const fault = (kind: string, request: TwinRequest): TwinResponse =>
    oddResponses[kind]?.(request, handle) ?? { status: Number(kind) || 500, body: { error: 'refused' } };
  const served = await serveTwin(
    { handle, fault, faultNames: Object.keys(oddResponses), control: () => ({}) },
    { port: 0, seed: 1, now, faults: [], writes },
  );
  return {
    ...served,
    put(id, fields = {}) {
      const before = rows.get(id) ?? { name: `Customer ${id}`, contact: { email: `c${id}@example.com` } };
      rows.set(id, { ...before, ...fields, id, updated_at: new Date(now()).toISOString() });
    },
    remove: (id) => void rows.delete(id),
    reconnect() {
      const refreshToken = `${client.refreshToken}-again`;
      auth = createTwinAuth({ type: 'oauth2', tokenPath, ...client, refreshToken }, now);
      return refreshToken;
    },
    configText: (paging, more) => configText(served.url, paging, more),
  };
}

/** Named after the API and not after its port, so that ids are the same in every run. */
function configText(url: string, paging: 'cursor' | 'next', more: string): string {
  const pagination =
    paging === 'cursor' ? '{ type: cursor, param: after, from: meta.next }' : '{ type: next, from: meta.url }';
  return `name: customers
source:
  connector: http
  baseUrl: ${url}
  account: api
  auth:
    type: oauth2
    tokenUrl: ${url}${tokenPath}
    clientId: ${client.clientId}
    clientSecret: ${client.clientSecret}
    refreshToken: ${client.refreshToken}
  request: { path: ${listPath} }
  records: data.customers
  updatedAt: updated_at
  inactive: { path: status, is: closed }
  pagination: ${pagination}
${more}`;
}

type Handle = (request: TwinRequest) => TwinResponse;
type Fields = Readonly<Record<string, unknown>>;

const oddResponses: Readonly<Record<string, (request: TwinRequest, handle: Handle) => TwinResponse>> = {
  '429': () => ({ status: 429, body: { error: 'too many requests' }, headers: { 'retry-after': '2' } }),
  /** Nothing is what there is, in two ways of saying so. */
  '204': () => ({ status: 204 }),
  'data-null': () => ({ status: 200, body: { data: null, meta: null } }),
  /** A page for people, with the status of success. */
  page: () => ({
    status: 200,
    body: '<!DOCTYPE html><html><body>Sign in</body></html>',
    headers: { 'content-type': 'text/html' },
  }),
  /** JSON that breaks off, in a reply that is whole. */
  malformed: (request, handle) => ({
    status: 200,
    body: JSON.stringify(handle(request).body).slice(0, -20),
    headers: { 'content-type': 'application/json' },
  }),
  moved: () => ({ status: 302, body: '', headers: { location: 'https://elsewhere.example/v1/customers' } }),
  /** The next page is somebody else's, who would get our credentials. */
  'foreign-next': (request, handle) =>
    changed(handle(request), ({ meta, ...body }) => ({
      ...body,
      meta: { ...Object(meta), next: 'https://elsewhere.example/', url: 'https://elsewhere.example/' },
    })),
  /** Fields of the first row are of other types than all the others. */
  'odd-fields': (request, handle) =>
    ofRows(handle(request), ([first, ...others]) => [{ ...first, name: { odd: true }, contact: null }, ...others]),
  'rows-doubled': (request, handle) => ofRows(handle(request), (all) => all.flatMap((row) => [row, row])),
  /** Two customers under one key. */
  'keys-doubled': (request, handle) =>
    ofRows(handle(request), (all) => [...all, { ...all[0], name: 'Somebody else', contact: {} }]),
  'key-missing': (request, handle) =>
    ofRows(handle(request), ([{ id: _, ...first } = {}, ...others]) => [first, ...others]),
  /** Each page names itself as the one that follows. */
  'pages-circle': (request, handle) =>
    changed(handle(request), ({ meta, ...body }) => ({
      ...body,
      meta: { ...Object(meta), next: request.query.get('after') ?? '0', url: `${listPath}?${request.query}` },
    })),
};

export const httpFaults: readonly string[] = [...commonFaults, ...Object.keys(oddResponses)];

function changed(reply: TwinResponse, change: (body: Fields) => Fields): TwinResponse {
  return { ...reply, body: change({ ...Object(reply.body) }) };
}

function ofRows(reply: TwinResponse, change: (rows: readonly Fields[]) => readonly Fields[]): TwinResponse {
  return changed(reply, ({ data, ...body }) => {
    const { customers } = Object(data);
    return { ...body, data: { customers: Array.isArray(customers) ? change(customers) : customers } };
  });
}
