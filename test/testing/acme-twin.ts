import { createTwin, type TwinOptions, type World } from '../../src/testing/index.ts';

/** The API that the connectors of these tests read. */
export const acmeTwin =
  (more: Partial<TwinOptions> = {}) =>
  (world: World) =>
    createTwin({
      ...world,
      path: '/v1/customers',
      auth: {
        type: 'oauth2',
        tokenPath: '/token',
        clientId: 'app',
        clientSecret: 'a-client-secret',
        refreshToken: 'a-refresh-token',
      },
      row: (n) => ({ id: `c${n}`, name: `Customer ${n}`, email: `c${n}@example.com` }),
      paging: { type: 'cursor', param: 'cursor', size: 5 },
      since: 'updated_since',
      reply: ({ rows, next }) => ({ customers: rows, next }),
      ...more,
    });

export const acmeConfig = ({ url }: { readonly url: string }) => ({
  baseUrl: url,
  clientSecret: 'a-client-secret',
  refreshToken: 'a-refresh-token',
});
