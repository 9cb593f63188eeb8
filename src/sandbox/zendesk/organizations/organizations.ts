import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { Role } from '../account/auth.ts';
import type { Settings } from '../account/settings.ts';
import { refuseAttributes } from '../api/attributes.ts';
import { pageable, paged } from '../api/paging.ts';
import { forbidden, idsOf, invalid, notFound, objectOf, rowsOf, tooManyJobs, tooManyValues } from '../api/responses.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import type { User, Users } from '../people/users.ts';
import { createOrganizationRemoval } from './organization-removal.ts';

export interface Organization {
  readonly id: number;
  name: string;
  external_id: string | null;
  details: string | null;
  notes: string | null;
  domain_names: string[];
  tags: string[];
  organization_fields: Record<string, unknown>;
  readonly created_at: string;
  updated_at: string;
}

export interface Membership {
  readonly id: number;
  readonly user_id: number;
  readonly organization_id: number;
  default: boolean;
}

type Row = Readonly<Record<string, unknown>>;
type Enqueue = (rows: readonly Row[], apply: (row: Row, index: number) => unknown, title: string) => object | undefined;

const writable = ['details', 'notes', 'domain_names', 'tags'] as const;
const maxRows = 100;
const firstId = 24_000_000_000;

/** Zendesk's organizations and who belongs to them. Names are unique once trimmed; names and external ids without case. */
export function createOrganizations({
  users,
  fields,
  settings,
  now,
  enqueue,
  origin,
}: {
  readonly users: Users;
  readonly fields: CustomFields;
  readonly settings: Settings;
  readonly now: () => number;
  /** Queues a job; undefined when there are too many. */
  readonly enqueue: Enqueue;
  readonly origin: () => string;
}) {
  const byId = new Map<number, Organization>();
  const memberships = new Map<number, Membership[]>();
  let nextId = firstId;

  const stamp = (): string => `${new Date(now()).toISOString().slice(0, 19)}Z`;
  const same = (a: string | null, b: unknown): boolean =>
    a !== null && a.toLowerCase() === String(b).trim().toLowerCase();
  const byName = (name: unknown): Organization | undefined => [...byId.values()].find((one) => same(one.name, name));
  const byExternalId = (id: unknown): Organization | undefined =>
    [...byId.values()].find(({ external_id }) => same(external_id, id));

  function problemOf(row: Row, own: Organization | undefined): string | undefined {
    const { name, external_id: externalId } = row;
    if ((!own || name !== undefined) && String(name ?? '').trim() === '') return "Name: can't be blank";
    const namesake = name === undefined ? undefined : byName(name);
    if (namesake && namesake !== own) return `Name: ${String(name)} has already been taken`;
    const holder = externalId === undefined || externalId === null ? undefined : byExternalId(externalId);
    if (holder && holder !== own) return 'External ID: has already been taken';
    return fields.problemOf(row.organization_fields)?.description;
  }

  function assign(organization: Organization, row: Row): void {
    if (typeof row.name === 'string') organization.name = row.name.trim();
    if ('external_id' in row) organization.external_id = row.external_id === null ? null : String(row.external_id);
    const given = writable.filter((field) => field in row).map((field) => [field, row[field]]);
    Object.assign(organization, Object.fromEntries(given));
    // Keys that nobody has defined are dropped without a word.
    const holder = { values: organization.organization_fields, tags: organization.tags };
    fields.assign(holder, row.organization_fields);
    organization.tags = holder.tags;
    organization.updated_at = stamp();
  }

  function create(row: Row): Organization {
    nextId += 1;
    const at = stamp();
    const organization: Organization = {
      id: nextId,
      name: '',
      external_id: null,
      details: null,
      notes: null,
      domain_names: [],
      tags: [],
      organization_fields: {},
      created_at: at,
      updated_at: at,
    };
    byId.set(organization.id, organization);
    assign(organization, row);
    return organization;
  }

  const membershipsOf = (userId: number): readonly Membership[] => memberships.get(userId) ?? [];

  /** The default membership is the one that the user itself shows. */
  function showDefault(user: User): void {
    const own = membershipsOf(user.id);
    user.organization_id = (own.find((one) => one.default) ?? own[0])?.organization_id ?? null;
  }

  function join(user: User, organization: Organization, asDefault: boolean): Membership {
    // Where a user may be in one organization only, another one takes its place.
    if (!settings.current.multipleOrganizations)
      for (const other of membershipsOf(user.id)) if (other.organization_id !== organization.id) leave(user, other);
    const own = membershipsOf(user.id);
    const known = own.find(({ organization_id }) => organization_id === organization.id);
    if (!known) nextId += 1;
    const isFirst = own.length === 0;
    const membership = known ?? { id: nextId, user_id: user.id, organization_id: organization.id, default: isFirst };
    if (!known) memberships.set(user.id, [...own, membership]);
    if (asDefault) makeDefault(user, membership);
    showDefault(user);
    return membership;
  }

  function makeDefault(user: User, membership: Membership): void {
    for (const other of membershipsOf(user.id)) other.default = other === membership;
    membership.default = true;
    showDefault(user);
  }

  function leave(user: User, membership: Membership): void {
    memberships.set(
      user.id,
      membershipsOf(user.id).filter((other) => other !== membership),
    );
    const [first] = membershipsOf(user.id);
    if (membership.default && first) first.default = true;
    showDefault(user);
  }

  /** What a write of a user says about organizations: one by id, several by id, or one by name, which is made if need be. */
  function follow(user: User, row: Row): void {
    const one = typeof row.organization_id === 'number' ? [row.organization_id] : [];
    const several = Array.isArray(row.organization_ids) ? row.organization_ids.map(Number) : [];
    const found = [...one, ...several].flatMap((id) => byId.get(id) ?? []);
    for (const [index, organization] of found.entries()) join(user, organization, index === 0);
    if (row.organization_id === null) for (const membership of membershipsOf(user.id)) leave(user, membership);
  }

  function applyCreate(row: Row, index: number): unknown {
    const problem = problemOf(row, undefined);
    return problem
      ? { index, error: 'OrganizationCreateFailed', details: problem }
      : { status: 'Created', id: create(row).id };
  }

  function applyUpdate(row: Row, index: number): unknown {
    const own = row.id === undefined ? byExternalId(row.external_id) : byId.get(Number(row.id));
    if (!own) return { index, error: 'OrganizationNotFound', details: 'Organization not found' };
    const problem = problemOf(row, own);
    if (problem) return { index, error: 'OrganizationUpdateFailed', id: own.id, details: problem };
    assign(own, row);
    return { action: 'update', id: own.id, status: 'Updated', success: true };
  }

  function applyJoin(row: Row, index: number): unknown {
    const user = users.byId.get(Number(row.user_id));
    const organization = byId.get(Number(row.organization_id));
    if (!user?.active || !organization)
      return { index, error: 'OrganizationMembershipCreateFailed', details: 'User or organization not found' };
    if (membershipsOf(user.id).some(({ organization_id }) => organization_id === organization.id))
      return { index, error: 'OrganizationMembershipCreateFailed', details: 'User: has already been taken' };
    if (!settings.current.multipleOrganizations && membershipsOf(user.id).length > 0)
      return { index, error: 'OrganizationMembershipCreateFailed', details: 'User: is in an organization already' };
    return { status: 'Created', id: join(user, organization, row.default === true).id };
  }

  const removal = createOrganizationRemoval({ users, byId, membershipsOf, leave });

  function job(
    request: TwinRequest,
    root: string,
    { apply, title }: { readonly apply: (row: Row, index: number) => unknown; readonly title: string },
  ): TwinResponse {
    const rows = rowsOf(request, root);
    const refused = refuseAttributes(rows, root, request.path.replace(/^\/api\/v2\/|\.json$/g, ''));
    return refused ?? queue(rows, apply, title);
  }

  function queue(rows: readonly Row[], apply: (row: Row, index: number) => unknown, title: string): TwinResponse {
    if (rows.length > maxRows) return tooManyValues;
    const queued = enqueue(rows, apply, title);
    return queued ? { status: 200, body: { job_status: queued } } : tooManyJobs;
  }

  function shown(found: readonly Organization[]): TwinResponse {
    return { status: 200, body: { organizations: found, next_page: null, previous_page: null, count: found.length } };
  }

  function listed<T extends object>(name: string, all: Iterable<T>, request: TwinRequest): TwinResponse {
    return paged(request, { name, list: pageable([...all]), show: (one) => one, origin: origin() });
  }

  function many(query: URLSearchParams): TwinResponse {
    const ids = idsOf(query, 'ids');
    const external = idsOf(query, 'external_ids') ?? [];
    if ((ids ?? external).length > maxRows) return tooManyValues;
    return shown(
      ids ? ids.flatMap((id) => byId.get(Number(id)) ?? []) : external.flatMap((id) => byExternalId(id) ?? []),
    );
  }

  function searched(query: URLSearchParams): TwinResponse {
    const found = query.has('external_id') ? byExternalId(query.get('external_id')) : byName(query.get('name'));
    return shown(found ? [found] : []);
  }

  /** Undefined for a path that is not about organizations. */
  function route(request: TwinRequest, path: string, role: Role): TwinResponse | undefined {
    const { method, query } = request;
    switch (`${method} ${path}`) {
      case 'GET /organizations':
        return listed('organizations', byId.values(), request);
      case 'GET /organizations/show_many':
        return many(query);
      case 'GET /organizations/search':
        return role === 'admin' ? searched(query) : forbidden;
      case 'POST /organizations/create_many':
        return job(request, 'organizations', { apply: applyCreate, title: 'Bulk Create Organization' });
      case 'PUT /organizations/update_many':
        return job(request, 'organizations', { apply: applyUpdate, title: 'Bulk Update Organization' });
      case 'DELETE /organizations/destroy_many': {
        const rows = (idsOf(query, 'ids') ?? []).map((id) => ({ id: Number(id) }));
        return queue(rows, removal.apply, 'Bulk Delete Organization');
      }
      case 'GET /organization_memberships':
        return listed('organization_memberships', [...memberships.values()].flat(), request);
      case 'POST /organization_memberships/create_many':
        return job(request, 'organization_memberships', {
          apply: applyJoin,
          title: 'Bulk Create OrganizationMembership',
        });
      case 'POST /organizations':
        return createOne(objectOf(request, 'organization'));
      default:
        return removal.ofOne(method, path);
    }
  }

  function createOne(row: Row): TwinResponse {
    const problem = problemOf(row, undefined);
    if (problem) return invalid({ field: 'name', description: problem, error: 'DuplicateValue' });
    return { status: 201, body: { organization: create(row) } };
  }

  /** What follows `/users/{id}`. */
  function ofUser(request: TwinRequest, user: User, rest: string): TwinResponse | undefined {
    const { method } = request;
    if (rest === '/organization_memberships' && method === 'GET')
      return listed('organization_memberships', membershipsOf(user.id), request);
    if (rest === '/organization_memberships' && method === 'POST') {
      const row = objectOf(request, 'organization_membership');
      const result = applyJoin({ ...row, user_id: user.id }, 0);
      return typeof result === 'object' && result !== null && 'error' in result
        ? invalid({ field: 'user_id', description: 'User: has already been taken' })
        : { status: 201, body: { organization_membership: membershipsOf(user.id).at(-1) } };
    }
    const [, id, action] = /^\/organizations\/(\d+)(\/make_default)?$/.exec(rest) ?? [];
    if (id === undefined) return undefined;
    const membership = membershipsOf(user.id).find(({ organization_id }) => organization_id === Number(id));
    if (!membership) return notFound;
    if (action && method === 'PUT') {
      makeDefault(user, membership);
      return { status: 200, body: { organization_membership: membership } };
    }
    if (method !== 'DELETE' || action !== undefined) return undefined;
    leave(user, membership);
    return { status: 204 };
  }

  return { byId, create, byExternalId, byName, membershipsOf, join, follow, route, ofUser };
}
