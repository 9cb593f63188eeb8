import { createTwin, type RestTwinOptions, type TwinOptions } from '../../src/testing/index.ts';

/** The API that the connectors of these tests read. */
export const acmeTwin =
  (more: Partial<RestTwinOptions> = {}) =>
  (options: TwinOptions) =>
    createTwin({
      ...options,
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
