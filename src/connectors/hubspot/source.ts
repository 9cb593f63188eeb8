import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import { parseResponse, responseDate } from '../../core/http/response.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createTolerantReader } from '../../core/records/tolerant-reader.ts';
import type { HubspotConfig } from './config.ts';
import { type Contact, contact, contactBatch, contactPage, idOf, propertyList } from './contact.ts';
import { type Answer, type Failpoint, place } from './position.ts';

const path = '/crm/v3/objects/contacts';
/** The search index shows a change some time after it was made: https://developers.hubspot.com/docs/api/crm/search */
const overlapMs = 10 * 60_000;

/** HubSpot answers 414 from some 8 kB on: https://github.com/dlt-hub/verified-sources/issues/305. More names go into a body. */
const maxQueryBytes = 4_000;

/** Reads the contacts of one account: first all of them, then what has changed, and what is in the recycle bin. */
export function createHubspotSource(options: SourceOptions<HubspotConfig>): AuthoredSource<Contact> {
  const { config, http, clock, uses = [] } = options;
  const client = http({ authorize: async () => ({ authorization: `Bearer ${config.token}` }) });
  const used = uses.flatMap((name) => /^properties\.(\w+)/.exec(name)?.[1] ?? []);
  const properties = [...new Set([...config.properties, ...used])];
  const names = properties.join(',');
  const fitsIntoQuery = encodeURIComponent(names).length <= maxQueryBytes;

  async function ask({ kind, after }: Failpoint, since: number | null, signal: AbortSignal): Promise<Answer> {
    const request = kind === 'search' ? search(since ?? 0, after) : list(kind === 'archived', after);
    const response = await client.request({ ...request, idempotent: true, signal });
    const { results, paging } = parseResponse('HubSpot contacts', contactPage, response);
    const last = kind === 'search' ? results.findLast((row) => idOf(row) !== undefined) : undefined;
    const from = kind === 'search' ? idOf(last) : paging?.next?.after;
    if (paging?.next && from === undefined)
      throw new ContractError('HubSpot contacts: no contact of a page has an id to go on from.', {
        code: 'reply-shape',
      });
    const next = paging?.next && from !== undefined ? { kind, after: from } : undefined;
    const rows = kind === 'search' || fitsIntoQuery ? results : await complete(results, kind === 'archived', signal);
    return { rows, isWhole: rows.length === results.length, next, at: responseDate(response) ?? clock.now() };
  }

  function list(archived: boolean, after: string) {
    const query = {
      limit: 100,
      ...(fitsIntoQuery && { properties: names }),
      archived,
      ...(after !== '0' && { after }),
    };
    return { method: 'GET', path, query } as const;
  }

  /** The same contacts with all their properties. One that has gone meanwhile is left out. */
  async function complete(rows: readonly unknown[], archived: boolean, signal: AbortSignal) {
    const inputs = rows.flatMap((row) => idOf(row) ?? []).map((id) => ({ id }));
    if (inputs.length === 0) return rows;
    const body = { properties, inputs };
    const request = {
      method: 'POST',
      path: `${path}/batch/read`,
      query: { archived },
      body,
      idempotent: true,
    } as const;
    const { results } = parseResponse('HubSpot contacts', contactBatch, await client.request({ ...request, signal }));
    const found = new Map(results.map((row) => [idOf(row), row]));
    return rows.flatMap((row) => (idOf(row) === undefined ? [row] : (found.get(idOf(row)) ?? [])));
  }

  // By id, not by time or number of the page: a contact that changes must not move those that are still to come, and no
  // search gives more than 10,000. One that has changed behind us is in the next read, which begins where this one began.
  function search(since: number, after: string) {
    const changed = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) };
    const filters = [changed, { propertyName: 'hs_object_id', operator: 'GT', value: after }];
    const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }];
    const body = { filterGroups: [{ filters }], sorts, properties, limit: 200 };
    return { method: 'POST', path: `${path}/search`, body } as const;
  }

  return {
    async check({ signal }) {
      await ask({ kind: 'list', after: '0' }, null, signal);
      const identity = `HubSpot account ${config.portalId}`;
      return { identity, lines: [{ ok: true, title: 'contacts', detail: 'can be read' }] };
    },
    async *read(from, context) {
      const { signal } = context;
      const reader = createTolerantReader({
        schema: contact,
        required: ['id', 'archived'],
        system: 'HubSpot',
        entity: 'Contact',
        keyOf: idOf,
      });
      const { since, scan } = place.safeParse(from).data ?? { since: null, scan: null };
      const isFull = since === null && scan === null;
      let isEverybody = true;
      const guard = createPageGuard('HubSpot');
      let startedAt = scan?.startedAt;
      let step: Answer['next'] = scan?.step ?? { kind: since === null ? 'list' : 'search', after: '0' };
      while (step) {
        const { rows, isWhole, next, at }: Answer = await ask(step, since, signal);
        const results = reader.read(rows);
        isEverybody &&= isWhole && results.length === rows.length;
        guard(
          rows.map((row) => idOf(row) ?? ''),
          next && `${next.kind} ${next.after}`,
        );
        startedAt ??= at;
        // A list that was read whole shows who is gone; else the recycle bin does, which can't be asked for changes.
        step = next ?? (step.kind === 'archived' || isFull ? undefined : { kind: 'archived', after: '0' });
        const isNews = ({ archivedAt = '' }: Contact): boolean => !(Date.parse(archivedAt) < (since ?? 0));
        const records = results.filter(isNews).map(recordOf);
        const cursor = step ? { since, scan: { startedAt, step } } : { since: startedAt - overlapMs, scan: null };
        if (!step) reader.report(context);
        yield { records, cursor, ...(!step && isFull && isEverybody && { whole: true }) };
      }
    },
    async discover({ signal }) {
      const request = { method: 'GET', path: '/crm/v3/properties/contacts', idempotent: true, signal } as const;
      const { results } = parseResponse('HubSpot properties', propertyList, await client.request(request));
      const fields = results.map(({ name, label, type }) => ({ path: `properties.${name}`, type, title: label }));
      return [{ name: 'contacts', fields }];
    },
  };
}

function recordOf(data: Contact): SourceRecord<Contact> {
  const { id: key, updatedAt, archived } = data;
  return {
    key,
    data,
    state: archived ? 'deleted' : 'active',
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
  };
}
