import { defined } from '../../../src/core/defined.ts';
import type { TwinRequest, TwinResponse } from '../../../src/sandbox/server/twin.ts';
import type { Mark, SourceTwin, TwinOptions } from '../../../src/testing/index.ts';
import { serve } from '../../../src/testing/serve.ts';

/**
 * The contacts of HubSpot, as its documentation describes them. Lists: https://developers.hubspot.com/docs/api/crm/contacts
 * Search: https://developers.hubspot.com/docs/api/crm/search
 */

interface Contact {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly modifiedAt: number;
  readonly archivedAt?: number;
}

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value: string;
}

export interface HubspotTwin extends SourceTwin {
  readonly url: string;
  add(): Mark;
  change(key: string): Mark;
  remove(key: string): void;
  /** Gone without a word, as after a merge. */
  purge(key: string): void;
  /** Gone between a list and what is read of its contacts. */
  loseMeanwhile(key: string): void;
  /** From now on a search is forbidden. */
  refuseSearch(): void;
  /** Requests so far, such as `GET archived` and `POST search`. */
  readonly asked: string[];
  close(): Promise<void>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export interface HubspotTwinOptions {
  /** How long the search index takes to show a change. */
  readonly lagMs?: number;
  readonly contacts?: number;
  /** Results that a search has at most, all its pages together. */
  readonly maxResults?: number;
  /** What is shown otherwise of a contact than the documentation says, by its id. */
  readonly odd?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export async function createHubspotTwin(
  { pages, clock }: TwinOptions,
  { lagMs = 0, contacts: first = (pages - 0.5) * 100, maxResults = 10_000, odd = {} }: HubspotTwinOptions = {},
): Promise<HubspotTwin> {
  const contacts = new Map<string, Contact>();
  const asked: string[] = [];
  const goneMeanwhile = new Set<string>();
  let changes = 0;
  let refusesSearch = false;

  function put(id: string): Mark {
    changes += 1;
    const text = `Change ${changes}`;
    const properties = {
      hs_object_id: id,
      firstname: text,
      lastname: 'Ricci',
      email: `c${id}@example.com`,
      phone: '+14155550100',
    };
    contacts.set(id, { id, properties, modifiedAt: clock.now() });
    return { key: id, text };
  }

  function handle(request: TwinRequest): TwinResponse {
    if (request.headers.authorization !== 'Bearer pat-test-token')
      return refusal(401, 'Authentication credentials not found.', { category: 'INVALID_AUTHENTICATION' });
    const { method, path, query } = request;
    // Seen by many, such as https://github.com/dlt-hub/verified-sources/issues/305.
    if (path.length + query.toString().length > 8_000)
      return { status: 414, body: '<h1>414 Request-URI Too Large</h1>' };
    if (method === 'GET' && path === '/crm/v3/objects/contacts') return list(request);
    if (method === 'POST' && path === '/crm/v3/objects/contacts/search') return search(JSON.parse(request.body));
    if (method === 'POST' && path === '/crm/v3/objects/contacts/batch/read') return batchRead(request);
    if (method === 'GET' && path === '/crm/v3/properties/contacts')
      return {
        status: 200,
        body: { results: [{ name: 'jobtitle', label: 'Job Title', type: 'string', fieldType: 'text' }] },
      };
    return refusal(404, 'resource not found');
  }

  /** By id, after an id. */
  function list({ query }: TwinRequest): TwinResponse {
    const limit = Number(query.get('limit') ?? 10);
    const isArchived = query.get('archived') === 'true';
    asked.push(isArchived ? 'GET archived' : 'GET');
    if (limit > 100) return refusal(400, 'limit must be at most 100');
    const after = BigInt(query.get('after') ?? 0);
    const found = [...contacts.values()]
      .filter(({ id, archivedAt }) => BigInt(id) > after && (archivedAt !== undefined) === isArchived)
      .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    const page = found.slice(0, limit);
    const last = page.at(-1)?.id;
    const next =
      found.length > limit && last !== undefined
        ? { next: { after: last, link: `https://api.hubapi.com/?after=${last}` } }
        : undefined;
    const shown = page.map((one) => ({ ...show(one, (query.get('properties') ?? '').split(',')), ...odd[one.id] }));
    return { status: 200, body: { results: shown, ...defined({ paging: next }) } };
  }

  /** In an order of its own, without those that are gone, and only the properties that are asked for. */
  function batchRead({ query, body }: TwinRequest): TwinResponse {
    asked.push('POST batch/read');
    const { properties, inputs }: { properties: readonly string[]; inputs: readonly { id: string }[] } =
      JSON.parse(body);
    if (inputs.length > 100) return refusal(400, 'at most 100 inputs');
    const isArchived = query.get('archived') === 'true';
    const found = inputs.flatMap(({ id }) => contacts.get(id) ?? []).reverse();
    const there = found.filter(
      ({ id, archivedAt }) => (archivedAt !== undefined) === isArchived && !goneMeanwhile.has(id),
    );
    const results = there.map((one) => ({ ...show(one, properties), ...odd[one.id] }));
    return { status: results.length < inputs.length ? 207 : 200, body: { status: 'COMPLETE', results } };
  }

  function search({
    filterGroups,
    sorts,
    properties,
    limit,
    after = '0',
  }: {
    readonly filterGroups: readonly { readonly filters: readonly Filter[] }[];
    readonly sorts: readonly { readonly propertyName: string; readonly direction: string }[];
    readonly properties: readonly string[];
    readonly limit: number;
    readonly after?: string;
  }): TwinResponse {
    asked.push('POST search');
    if (refusesSearch) return refusal(403, 'This app is not allowed to search.', { category: 'MISSING_SCOPES' });
    if (limit > 200 || Number(after) + limit > maxResults || sorts.length > 1)
      return refusal(400, 'too much is asked for');
    const [sort] = sorts;
    const found = [...contacts.values()]
      .filter(({ archivedAt, modifiedAt }) => archivedAt === undefined && modifiedAt <= clock.now() - lagMs)
      .filter((one) => filterGroups.some(({ filters }) => filters.every((filter) => holds(one, filter))))
      .sort((a, b) => numberIn(a, sort?.propertyName) - numberIn(b, sort?.propertyName));
    const page = found.slice(Number(after), Number(after) + limit);
    const end = Number(after) + page.length;
    const paging = end < found.length ? { paging: { next: { after: String(end) } } } : {};
    return {
      status: 200,
      body: {
        total: found.length,
        results: page.map((one) => ({ ...show(one, properties), ...odd[one.id] })),
        ...paging,
      },
    };
  }

  for (let n = 1; n <= first; n += 1) put(String(n));
  const served = await serve({ handle, now: clock.now });
  const edit = (key: string, change: (one: Contact) => Contact): void => {
    const found = contacts.get(key);
    if (found) contacts.set(key, change(found));
  };
  return {
    url: served.url,
    asked,
    keys: () => [...contacts.values()].flatMap(({ id, archivedAt }) => (archivedAt === undefined ? [id] : [])),
    change: put,
    add: () => put(String(contacts.size + 1000)),
    remove: (key) => edit(key, (one) => ({ ...one, archivedAt: clock.now() })),
    purge: (key) => void contacts.delete(key),
    refuseSearch: () => {
      refusesSearch = true;
    },
    loseMeanwhile: (key) => void goneMeanwhile.add(key),
    close: served.close,
  };
}

function numberIn({ id, modifiedAt }: Contact, name = ''): number {
  if (name === 'lastmodifieddate') return modifiedAt;
  if (name === 'hs_object_id') return Number(id);
  throw new Error(`The twin can't search by ${name}.`);
}

function holds(one: Contact, { propertyName, operator, value }: Filter): boolean {
  const own = numberIn(one, propertyName);
  if (operator === 'GTE') return own >= Number(value);
  if (operator === 'GT') return own > Number(value);
  if (operator === 'EQ') return own === Number(value);
  throw new Error(`The twin does not know ${operator}.`);
}

/** Of the properties only those that were asked for; one that a contact has not is null. */
function show({ id, properties, modifiedAt, archivedAt }: Contact, asked: readonly string[]) {
  const all: Readonly<Record<string, string>> = { ...properties, lastmodifieddate: iso(modifiedAt) };
  return {
    id,
    properties: Object.fromEntries(asked.map((name) => [name, all[name] ?? null])),
    createdAt: '2025-06-01T08:00:00.000Z',
    updatedAt: iso(modifiedAt),
    archived: archivedAt !== undefined,
    ...(archivedAt !== undefined && { archivedAt: iso(archivedAt) }),
  };
}

function refusal(status: number, message: string, more: object = {}): TwinResponse {
  return { status, body: { status: 'error', message, correlationId: '5f0c8f3a-0000-4000-8000-000000000000', ...more } };
}
