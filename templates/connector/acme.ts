import {
  type CallContext,
  defineConnector,
  originSchema,
  parseReply,
  replyTime,
  secretSchema,
  z,
} from 'rolodesk/connector';

/** A customer as Acme's API gives it. Unknown fields pass: APIs add some without notice. */
const customer = z.looseObject({
  id: z.string(),
  name: z.string(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  updated_at: z.iso.datetime(),
});
const reply = z.looseObject({ customers: z.array(customer), next: z.string().nullable() });

/** `since`: what has changed since then is asked for. `scan`: one under way, with its next page. */
const cursorShape = z.object({
  since: z.number().nullable(),
  scan: z.object({ startedAt: z.number(), next: z.string() }).nullable(),
});
const overlapMs = 5 * 60_000;

export const acme = defineConnector({
  name: 'acme',
  title: 'Acme',
  config: z.strictObject({
    baseUrl: originSchema.default('https://api.acme.example.com').describe("Scheme, host and port of Acme's API"),
    token: secretSchema.describe('An API token'),
  }),
  record: customer,
  limits: { perSecond: 10, concurrent: 2 },
  mapping: { name: 'name', email: 'email', phone: 'phone', tags: ['acme'] },
  account: ({ baseUrl }) => new URL(baseUrl).host,
  origin: ({ baseUrl }) => baseUrl,
  createSource({ config, http, clock }) {
    const client = http({ authorize: async () => ({ authorization: `Bearer ${config.token}` }) });

    async function list(query: Record<string, string | number | undefined>, { signal }: CallContext) {
      const response = await client.request({ method: 'GET', path: '/v1/customers', query, replay: 'safe', signal });
      return { ...parseReply('Acme customers', reply, response), at: replyTime(response) ?? clock.now() };
    }

    return {
      async check(context) {
        await list({ limit: 1 }, context);
        return { identity: config.baseUrl, lines: [{ ok: true, title: 'customers', detail: 'can be read' }] };
      },
      async *read(from, context) {
        const { since, scan } = cursorShape.safeParse(from).data ?? { since: null, scan: null };
        const updated_since = since === null ? undefined : new Date(since).toISOString();
        let cursor = scan?.next;
        let startedAt = scan?.startedAt;
        do {
          const page = await list({ limit: 100, updated_since, cursor }, context);
          const records = page.customers.map((data) => ({ key: data.id, data, state: 'active' as const }));
          startedAt ??= page.at;
          cursor = page.next ?? undefined;
          if (cursor !== undefined) yield { records, cursor: { since, scan: { startedAt, next: cursor } } };
          // All was seen only by a scan that began at the beginning: what it did not show is gone.
          else yield { records, cursor: { since: startedAt - overlapMs, scan: null }, whole: since === null && !scan };
        } while (cursor !== undefined);
      },
    };
  },
});
