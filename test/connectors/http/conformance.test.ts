import { describe, test } from 'vitest';
import { http } from '../../../src/connectors/http/index.ts';
import { createTwin, type TwinOptions, type TwinPaging, testSource, type World } from '../../../src/testing/index.ts';

const client = { clientId: 'app', clientSecret: 'a-client-secret', refreshToken: 'a-refresh-token' };

const api = (paging: TwinPaging): Omit<TwinOptions, keyof World> => ({
  path: '/v1/customers',
  auth: { type: 'oauth2', tokenPath: '/oauth/token', ...client },
  row: (n) => ({ id: n, name: `Customer ${n}`, contact: { email: `c${n}@example.com` } }),
  paging,
  since: 'changed_since',
  reply: ({ rows, next }) => ({ data: { customers: rows }, meta: { next } }),
});

const config =
  (pagination: object) =>
  ({ url }: { readonly url: string }) => ({
    baseUrl: url,
    auth: { type: 'oauth2', tokenUrl: `${url}/oauth/token`, ...client },
    request: { path: '/v1/customers' },
    records: 'data.customers',
    pagination,
    incremental: { param: 'changed_since' },
  });

const kinds: readonly { readonly served: TwinPaging; readonly pagination: object }[] = [
  {
    served: { type: 'cursor', param: 'after', size: 9 },
    pagination: { type: 'cursor', param: 'after', from: 'meta.next' },
  },
  { served: { type: 'link', size: 9 }, pagination: { type: 'link' } },
  { served: { type: 'next', size: 9 }, pagination: { type: 'next', from: 'meta.next' } },
];

for (const { served, pagination } of kinds)
  describe(`pages by ${served.type}`, () => {
    const twin = (world: World) => createTwin({ ...world, ...api(served) });
    testSource({ test, connector: http, twin, config: config(pagination) });
  });

// Where one is removed all after it move up, and a list by number has nothing that would tell: no scan of it counts as whole.
describe('pages by number, while no record is removed', () => {
  const twin = async (world: World) => {
    const { remove: _, ...others } = await createTwin({ ...world, ...api({ type: 'page', param: 'page', size: 9 }) });
    return others;
  };
  testSource({ test, connector: http, twin, config: config({ type: 'page' }) });
});
