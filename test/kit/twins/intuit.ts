import nock from 'nock';
import { quickbooks } from '../../../src/connectors/quickbooks/index.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { createContext, memoryCredentials, quiet } from '../ports.ts';
import { createTestClock } from '../test-clock.ts';

/** Intuit's servers by nock, with replies in the shapes that were recorded, and a source that reads from them. */

export const api = 'https://sandbox-quickbooks.api.intuit.com';
export const tokens = 'https://oauth.platform.intuit.com';
export const query = '/v3/company/1234/query';

export function createSource({
  config = {},
  ...options
}: {
  readonly uses?: readonly string[];
  /** Further keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
} = {}) {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const configured = quickbooks.configure({
    connector: 'quickbooks',
    environment: 'sandbox',
    realmId: '1234',
    clientId: 'app',
    clientSecret: 'app-secret',
    refreshToken: 'first-refresh',
    ...config,
  });
  const source = configured.createSource({
    folder: '.',
    stdin: process.stdin,
    credentials: memoryCredentials(),
    clock,
    log: quiet,
    onSecret: () => undefined,
    limits: { concurrent: 1 },
    ...options,
  });
  const { context, warnings, texts } = createContext();
  const read = async (from?: Cursor): Promise<Page[]> => await Array.fromAsync(source.read(from, context));
  return { source, context, read, slept, warnings, texts };
}

export const grant = (access: string, refresh = 'next-refresh') =>
  nock(tokens).post('/oauth2/v1/tokens/bearer').reply(200, {
    token_type: 'bearer',
    access_token: access,
    expires_in: 3600,
    refresh_token: refresh,
    x_refresh_token_expires_in: 8726400,
  });

const asked = (part: string) => (given: Record<string, unknown>) => String(given.query).toLowerCase().includes(part);

export const count = (total: number) =>
  nock(api)
    .get(query)
    .query(asked('count(*)'))
    .reply(200, { QueryResponse: { totalCount: total }, time: '2026-11-23T04:00:00.000-08:00' });

/** The answer to one query, named by a part of its statement in lower case. */
export const rows = (part: string, entity: string, found: readonly object[], origin = api) =>
  nock(origin)
    .get(query)
    .query(asked(part))
    .reply(200, {
      QueryResponse: found.length > 0 ? { [entity]: found, startPosition: 1, maxResults: found.length } : {},
      time: '2026-11-23T04:00:01.000-08:00',
    });

export const page = (ids: readonly number[]) =>
  rows(
    'select * from customer where',
    'Customer',
    ids.map((id) => ({ Id: String(id), DisplayName: `Customer ${id}`, Active: true })),
  );
