import { defineConnector, originSchema, parseResponse, type SourceRecord, secretSchema, z } from 'rolodesk/connector';

const contact = z.looseObject({
  id: z.number(),
  name: z.string(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  closed: z.boolean(),
});
type Contact = z.output<typeof contact>;

const reply = z.looseObject({
  contacts: z.array(contact),
  /** Absent on the last page. */
  next: z.string().nullish(),
  /** The server's time. */
  now: z.string(),
});

const place = z.object({ since: z.string() });

/** Acme CRM: GET /contacts?since=…&after=…, at or after `since`. */
export const acme = defineConnector({
  specVersion: 1,
  name: 'acme',
  title: 'Acme CRM',
  config: z.strictObject({
    baseUrl: originSchema.describe('Scheme, host and port of the CRM'),
    team: z.string().min(1).describe('The team whose contacts are read'),
    token: secretSchema.describe('An API token'),
  }),
  record: contact,
  limits: { perSecond: 5, concurrent: 2 },
  mapping: { name: 'name', email: 'email', phone: 'phone', tags: ['acme'] },
  account: ({ team }) => team,
  origin: ({ baseUrl }) => baseUrl,
  createSource({ config, http }) {
    const client = http({ authorize: async () => ({ authorization: `Bearer ${config.token}` }) });

    async function ask(query: Record<string, string | undefined>, signal: AbortSignal) {
      const path = `/teams/${config.team}/contacts`;
      const response = await client.request({ method: 'GET', path, query, idempotent: true, signal });
      return parseResponse('Acme CRM contacts', reply, response);
    }

    return {
      async check({ signal }) {
        const { contacts } = await ask({}, signal);
        const detail = `${contacts.length} on the first page`;
        return { identity: `Acme team ${config.team}`, lines: [{ ok: true, title: 'contacts', detail }] };
      },

      async *read(from, { signal }) {
        const since = place.safeParse(from).data?.since;
        let startedAt: string | undefined;
        let after: string | undefined;
        do {
          const { contacts, next, now } = await ask({ since, after }, signal);
          // The next read begins where this one began, not where it ended: what changes meanwhile is not lost.
          startedAt ??= now;
          after = next ?? undefined;
          const isLast = after === undefined;
          yield {
            records: contacts.map(toRecord),
            // A scan that is broken off begins again, so its pages carry the old position.
            cursor: isLast ? { since: startedAt } : (from ?? null),
            // Everything was read: contacts that were not among it are gone.
            ...(isLast && since === undefined && { whole: true }),
          };
        } while (after !== undefined);
      },
    };
  },
});

function toRecord(data: Contact): SourceRecord<Contact> {
  return { key: String(data.id), data, state: data.closed ? 'inactive' : 'active' };
}
