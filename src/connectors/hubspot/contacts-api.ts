import type { SourceOptions } from '../../core/connector.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { FieldDescription } from '../../core/domain/source.ts';
import { parseResponse, responseDate } from '../../core/http/response.ts';
import type { HubspotConfig } from './config.ts';
import { contactBatch, contactPage, idOf, propertyList } from './contact.ts';
import type { Position } from './position.ts';

const path = '/crm/v3/objects/contacts';

/** HubSpot answers 414 from some 8 kB on: https://github.com/dlt-hub/verified-sources/issues/305. More names go into a body. */
const maxQueryBytes = 4_000;

export interface ContactsPage {
  /** As they came: one odd contact must not keep the others from being read. */
  readonly rows: readonly unknown[];
  /** Whether all of the page are among the rows. */
  readonly isWhole: boolean;
  readonly next: Position | undefined;
  /** Of a search: how many contacts it finds from its position on. */
  readonly total: number | undefined;
  /** The server's time, in milliseconds. */
  readonly at: number;
}

/** Reads contacts with the properties that are configured or used by the mapping. */
export function createContactsApi({ config, http, clock, uses = [] }: SourceOptions<HubspotConfig>) {
  const client = http({ authorize: async () => ({ authorization: `Bearer ${config.token}` }) });
  const properties = propertiesOf(config, uses);
  const names = properties.join(',');
  const fitsIntoQuery = encodeURIComponent(names).length <= maxQueryBytes;

  function listRequest({ kind, after }: Position) {
    const query = {
      limit: 100,
      ...(fitsIntoQuery && { properties: names }),
      archived: kind === 'archived',
      ...(after !== '0' && { after }),
    };
    return { method: 'GET', path, query } as const;
  }

  /** The same contacts with all their properties. One that has gone meanwhile is left out. */
  async function complete(rows: readonly unknown[], { kind }: Position, signal: AbortSignal) {
    const inputs = rows.flatMap((row) => idOf(row) ?? []).map((id) => ({ id }));
    if (inputs.length === 0) return rows;
    const response = await client.request({
      method: 'POST',
      path: `${path}/batch/read`,
      query: { archived: kind === 'archived' },
      body: { properties, inputs },
      idempotent: true,
      signal,
    });
    const { results } = parseResponse('HubSpot contacts', contactBatch, response);
    const found = new Map(results.map((row) => [idOf(row), row]));
    return rows.flatMap((row) => (idOf(row) === undefined ? [row] : (found.get(idOf(row)) ?? [])));
  }

  return {
    /** The page at a position. `since`: in a search, from when on contacts have changed, in milliseconds. */
    async page(position: Position, since: number, signal: AbortSignal): Promise<ContactsPage> {
      const isSearch = position.kind === 'search';
      const request = isSearch ? searchRequest(position, since, properties) : listRequest(position);
      const response = await client.request({ ...request, idempotent: true, signal });
      const { results, paging, total } = parseResponse('HubSpot contacts', contactPage, response);
      const last = isSearch ? idOf(results.findLast((row) => idOf(row) !== undefined)) : paging?.next?.after;
      if (paging?.next && last === undefined)
        throw new ContractError('HubSpot contacts: no contact of a page has an id to go on from.', {
          code: 'reply-shape',
        });
      const next = paging?.next && last !== undefined ? { kind: position.kind, after: last } : undefined;
      const rows = isSearch || fitsIntoQuery ? results : await complete(results, position, signal);
      return { rows, isWhole: rows.length === results.length, next, total, at: responseDate(response) ?? clock.now() };
    },
    /** How many contacts there are, the recycle bin apart. Lists do not say so. Undefined where the search does not either. */
    async count(signal: AbortSignal): Promise<number | undefined> {
      const request = searchRequest({ kind: 'search', after: '0' }, 0, []);
      const body = { ...request.body, limit: 1 };
      const response = await client.request({ ...request, body, idempotent: true, signal });
      return parseResponse('HubSpot contacts', contactPage, response).total;
    },
    /** Every property that contacts of the account have. */
    async properties(signal: AbortSignal): Promise<readonly FieldDescription[]> {
      const request = { method: 'GET', path: '/crm/v3/properties/contacts', idempotent: true, signal } as const;
      const { results } = parseResponse('HubSpot properties', propertyList, await client.request(request));
      return results.map(({ name, label, type }) => ({ path: `properties.${name}`, type, title: label }));
    },
  };
}

export type ContactsApi = ReturnType<typeof createContactsApi>;

function propertiesOf(config: HubspotConfig, uses: readonly string[]): readonly string[] {
  const used = uses.flatMap((name) => /^properties\.(\w+)/.exec(name)?.[1] ?? []);
  return [...new Set([...config.properties, ...used])];
}

// By id, not by time or number of the page: a contact that changes must not move those that are still to come, and no
// search gives more than 10,000. One that has changed behind us is in the next read, which begins where this one began.
function searchRequest({ after }: Position, since: number, properties: readonly string[]) {
  const changed = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) };
  const filters = [changed, { propertyName: 'hs_object_id', operator: 'GT', value: after }];
  const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }];
  const body = { filterGroups: [{ filters }], sorts, properties, limit: 200 };
  return { method: 'POST', path: `${path}/search`, body } as const;
}
