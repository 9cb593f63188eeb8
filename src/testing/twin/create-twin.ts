import { defined } from '../../core/defined.ts';
import type { TwinRequest, TwinResponse } from '../../sandbox/server/twin.ts';
import { serve } from '../serve.ts';
import type { SourceTwin, TwinOptions } from '../source-twin.ts';
import { createTwinAuth, type TwinAuth } from './auth.ts';
import { pageOf, type TwinPage, type TwinPaging } from './paging.ts';
import { createRows, type Row } from './rows.ts';

export interface RestTwinOptions extends TwinOptions {
  /** Path of the list, such as `/v1/customers`. */
  readonly path: string;
  /** Of the list. POST reads its parameters from a JSON body. Default: GET. */
  readonly method?: 'GET' | 'POST';
  /** The n-th record, from 1, as the API gives it. */
  readonly row: (n: number) => Row;
  /** Field of a record with its key. Default: `id`. */
  readonly key?: string;
  /** Field that tells when a record was changed; the twin keeps it, as ISO text. Default: `updated_at`. */
  readonly updatedAt?: string;
  /** A text field that changes are written to. Default: `name`. */
  readonly text?: string;
  /** What the API still shows of a removed record. Default: nothing. */
  readonly removed?: (row: Row) => Row | undefined;
  readonly auth?: TwinAuth;
  readonly paging: TwinPaging;
  /** Parameter or header that asks for what has changed at or after a time: ISO text, or seconds or milliseconds. */
  readonly since?: string;
  /** The body of a page. Default: the list alone. */
  readonly reply?: (page: TwinPage) => unknown;
  /** Answers what else the source asks for. Undefined: 404. */
  readonly also?: (request: TwinRequest, rows: (key: string) => Row | undefined) => TwinResponse | undefined;
}

export interface RestTwin extends Required<Omit<SourceTwin, 'damages' | 'lagMs'>> {
  close(): Promise<void>;
}

/** Serves a REST API with one list on loopback: records, pages, changes since a time, credentials. */
export async function createTwin(options: RestTwinOptions): Promise<RestTwin> {
  const { pages, clock, path, method = 'GET', paging, since, reply, also, port = 0 } = options;
  const now = (): number => clock.now();
  const auth = createTwinAuth(options.auth ?? { type: 'none' }, now);
  const rows = createRows({
    count: Math.max(1, Math.ceil((pages - 0.5) * paging.size)),
    now,
    row: options.row,
    key: options.key ?? 'id',
    updatedAt: options.updatedAt ?? 'updated_at',
    text: options.text ?? 'name',
    ...defined({ removed: options.removed }),
  });

  function handle(request: TwinRequest): TwinResponse {
    const refusal = auth.refusal(request);
    if (refusal) return refusal;
    if (request.path !== path || request.method !== method) return also?.(request, rows.get) ?? notFound;
    const parameter = parametersOf(request);
    const asked = since === undefined ? undefined : (parameter(since) ?? request.headers[since.toLowerCase()]);
    const found = rows.select(timeOf(asked));
    const { page, headers } = pageOf(paging, found, { request, parameter });
    return { status: 200, headers, body: reply ? reply(page) : page.rows };
  }

  const served = await serve({ handle, control, now, port });

  /** For people: GET lists the keys, POST adds a record, PUT changes one and DELETE removes one. */
  function control(request: TwinRequest): unknown {
    const key = decodeURIComponent(/^\/__sandbox\/records\/(.+)$/.exec(request.path)?.[1] ?? '');
    if (request.method === 'POST') return rows.add();
    if (request.method === 'PUT') return rows.change(key);
    if (request.method === 'DELETE') rows.remove(key);
    return { keys: rows.keys() };
  }

  return {
    url: served.url,
    keys: rows.keys,
    change: rows.change,
    add: rows.add,
    remove: rows.remove,
    expireTokens: auth.expireTokens,
    tokensGiven: auth.tokensGiven,
    close: served.close,
  };
}

const notFound: TwinResponse = { status: 404, body: { error: 'not found' } };

function parametersOf({ method, query, body }: TwinRequest): (name: string) => string | undefined {
  if (method !== 'POST') return (name) => query.get(name) ?? undefined;
  const given: Record<string, unknown> = JSON.parse(body || '{}');
  return (name) => (given[name] === undefined || given[name] === null ? undefined : String(given[name]));
}

/** ISO text, an HTTP date, or a number of seconds or milliseconds. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) < 1e11 ? Number(text) * 1000 : Number(text);
  return Date.parse(text);
}
