import type { Json } from '../../core/domain/json.ts';
import type { HttpRequest } from '../../core/http/types.ts';
import { pathOf } from '../../core/records/get-path.ts';
import type { HttpSourceConfig } from './config.ts';
import type { PagePart, Position } from './pagination.ts';
import { fillJson, fillText, type Placeholders, withValueAt } from './placeholders.ts';
import { timeFor } from './time.ts';

export interface PageRequest {
  readonly position: Position | undefined;
  /** Asks for what has changed at or after it, in milliseconds. Undefined: everything. */
  readonly since: number | undefined;
  /** What was changed later belongs to the next scan, for requests that name `{until}`. In milliseconds. */
  readonly until: number;
}

export interface RequestParts {
  readonly page: PageRequest;
  readonly part: PagePart;
  readonly authQuery: Readonly<Record<string, string>>;
}

/** The request for a page, as the configuration declares it. */
export function buildRequest(
  config: Pick<HttpSourceConfig, 'request' | 'incremental'>,
  { page, part, authQuery }: RequestParts,
): Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers' | 'body'> {
  const { request, incremental } = config;
  const values = placeholdersFor(config, page, part);
  const changes = page.since === undefined ? undefined : incremental;
  const time = changes?.param === undefined ? {} : { [changes.param]: String(values.since) };
  const query = {
    ...filled(request.query, values),
    ...authQuery,
    ...(changes && filled(changes.query, values)),
    ...(changes?.in === 'query' && time),
    ...part.query,
  };
  return {
    method: request.method,
    path: part.url ?? fillText(request.path, values, encodeURIComponent),
    headers: { ...filled(request.headers, values), ...(changes?.in === 'header' && time) },
    // The URL of a page has the rest of the query in it.
    query: part.url === undefined ? query : authQuery,
    ...(request.method === 'POST' && { body: bodyWith(request.body ?? {}, values, part.body ?? {}) }),
  };
}

function placeholdersFor(
  { incremental }: Pick<HttpSourceConfig, 'incremental'>,
  { since, until }: PageRequest,
  { cursor }: PagePart,
): Placeholders {
  const format = incremental?.format ?? 'iso';
  return {
    since: timeFor(format, since ?? Date.parse(incremental?.initial ?? '1970-01-01T00:00:00Z')),
    until: timeFor(format, until),
    ...(cursor !== undefined && { cursor }),
  };
}

function filled<T extends string | number | boolean>(
  texts: Readonly<Record<string, T>>,
  values: Placeholders,
): Readonly<Record<string, T | string>> {
  const entries = Object.entries(texts).map(([name, value]) => [
    name,
    typeof value === 'string' ? fillText(value, values) : value,
  ]);
  return Object.fromEntries(entries);
}

function bodyWith(
  body: Readonly<Record<string, Json>>,
  values: Placeholders,
  added: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  let whole = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, fillJson(value, values)]));
  for (const [path, value] of Object.entries(added)) whole = withValueAt(whole, pathOf(path), value);
  return whole;
}
