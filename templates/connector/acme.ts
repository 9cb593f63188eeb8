import {
  type CallContext,
  defineConnector,
  originSchema,
  parseResponse,
  responseDate,
  scanByCursor,
  secretSchema,
  z,
} from 'rolodesk/connector';

/** A customer as Acme's API gives it. Only its id is required: types drift, and APIs add fields without notice. */
const customer = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  updated_at: z.iso.datetime().nullish(),
});
const reply = z.looseObject({ customers: z.array(customer), next: z.string().nullable() });

export const acme = defineConnector({
  specVersion: 1,
  name: 'acme',
  title: 'Acme',
  reads: 'customers',
  config: z.strictObject({
    baseUrl: originSchema.default('https://api.acme.example.com').describe("Origin of Acme's API"),
    token: secretSchema.describe('An API token'),
  }),
  record: customer,
  limits: { perSecond: 10, concurrent: 2, documented: 'Acme, "Rate limits", January 2026' },
  mapping: { name: 'name', email: 'email', phone: 'phone', tags: ['acme'] },
  account: ({ baseUrl }) => new URL(baseUrl).host,
  origin: ({ baseUrl }) => baseUrl,
  createSource(options) {
    const { config, http, clock } = options;
    const client = http({ authorize: async () => ({ authorization: `Bearer ${config.token}` }) });

    async function list(query: Readonly<Record<string, string | number | undefined>>, context: CallContext) {
      const { signal } = context;
      const response = await client.request({ method: 'GET', path: '/v1/customers', query, idempotent: true, signal });
      const at = responseDate(response) ?? clock.now();
      return { ...parseResponse('Acme customers', reply, response, context), at };
    }

    return {
      async check(context) {
        await list({ limit: 1 }, context);
        return { identity: config.baseUrl, lines: [{ ok: true, title: 'customers', detail: 'can be read' }] };
      },
      read: scanByCursor(async ({ since, cursor }, context) => {
        const query = { limit: 100, updated_since: since?.toISOString(), cursor };
        const { customers, next, at } = await list(query, context);
        return { records: customers.map((data) => ({ key: data.id, data, state: 'active' })), next, at };
      }),
    };
  },
});
