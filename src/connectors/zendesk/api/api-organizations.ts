import { TransientError } from '../../../core/domain/errors.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { OrganizationRow } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import { assertDone, callForUser } from './call-for-user.ts';
import type { Calls } from './calls.ts';
import { refusalOf } from './http.ts';
import { idLists } from './id-lists.ts';
import { askInHalves, orIfIdInvalid } from './in-halves.ts';

type Body = { readonly [field: string]: Json };
type OrganizationReply =
  | { readonly kind: 'there'; readonly id: number }
  | { readonly kind: 'refused'; readonly details: string }
  /** The reply was lost: it may have been done. */
  | { readonly kind: 'lost'; readonly error: TransientError };

export interface OrganizationUses {
  readonly users: number;
  readonly tickets: number;
}

/** The endpoints of organizations. */
export function createOrganizationsApi({ call, get, bulk }: Calls) {
  /** At most 100. Those that are gone are left out. */
  async function organizationsById(ids: readonly number[], signal: AbortSignal): Promise<readonly OrganizationRow[]> {
    const ask = async (part: readonly string[]) =>
      (await get(shape.organizations, '/organizations/show_many', { ids: part.join(',') }, signal, 1)).organizations;
    return (await askInHalves(ids.map(String), ask)).flat();
  }

  return {
    async showOrganizations(externalIds: readonly string[], signal: AbortSignal): Promise<readonly OrganizationRow[]> {
      const { lists, alone } = idLists(externalIds);
      const found: OrganizationRow[] = [];
      const ask = async (path: string, query: Readonly<Record<string, string>>) =>
        (await get(shape.organizations, path, query, signal, 1)).organizations;
      const askMany = async (part: readonly string[]) =>
        await ask('/organizations/show_many', { external_ids: part.join(',') });
      const askAlone = async (id: string) =>
        await orIfIdInvalid(() => ask('/organizations/search', { external_id: id }), []);
      for (const list of lists) found.push(...(await askInHalves(list, askMany, askAlone)).flat());
      for (const id of alone) found.push(...(await askAlone(id)));
      return found;
    },
    organizationsById,
    async listOrganizations(after: string | undefined, signal: AbortSignal) {
      const query = { 'page[size]': 100, 'page[after]': after };
      const { organizations, meta } = await get(shape.organizations, '/organizations', query, signal);
      return { organizations, after: nextOf(meta) };
    },
    /** Exact except for case (reference: organizations). */
    organizationNamed: async (name: string, signal: AbortSignal): Promise<OrganizationRow | undefined> =>
      (await get(shape.organizations, '/organizations/search', { name }, signal, 1)).organizations[0],
    createOrganizations: (organizations: readonly Body[], signal: AbortSignal) =>
      bulk({ method: 'POST', path: '/organizations/create_many', body: { organizations }, signal }),
    updateOrganizations: (organizations: readonly Body[], signal: AbortSignal) =>
      bulk({ method: 'PUT', path: '/organizations/update_many', body: { organizations }, signal }),
    async createOrganization(organization: Body, signal: AbortSignal): Promise<OrganizationReply> {
      const path = '/organizations';
      const body = { organization };
      const response = await call({ method: 'POST', path, body, signal, idempotent: false, expect: [403, 422] }).catch(
        (error: unknown) => {
          if (error instanceof TransientError && error.effect === 'unknown' && !signal.aborted) return error;
          throw error;
        },
      );
      if (response instanceof TransientError) return { kind: 'lost', error: response };
      const value = response.body.kind === 'json' ? response.body.value : undefined;
      if (response.status < 300)
        return { kind: 'there', id: shape.parseResponse(shape.oneOrganization, value, `POST ${path}`).organization.id };
      const { error, details } = refusalOf(response);
      return { kind: 'refused', details: details || error };
    },
    /**
     * Who and what is in it. Undefined where it is gone: a 404 alone does not say so (it is also the answer to a path that
     * the account lacks), so the list of organizations must leave it out, too. Throws RecordError where it is refused.
     */
    async usesOfOrganization(id: number, signal: AbortSignal): Promise<OrganizationUses | undefined> {
      const path = `/organizations/${id}/related`;
      const request = { method: 'GET', path, signal, idempotent: true, priority: 1 } as const;
      const reply = await callForUser(call, request);
      const isMissing = reply.kind === 'refused' && reply.status === 404;
      if (isMissing && (await organizationsById([id], signal)).length === 0) return undefined;
      const { body } = assertDone(reply, request);
      const value = body.kind === 'json' ? body.value : undefined;
      const found = shape.parseResponse(shape.organizationRelated, value, `GET ${path}`).organization_related;
      return { users: found.users_count ?? 0, tickets: found.tickets_count ?? 0 };
    },
    destroyOrganizations: (ids: readonly number[], signal: AbortSignal) =>
      bulk({ method: 'DELETE', path: '/organizations/destroy_many', query: { ids: ids.join(',') }, signal }),
    /** A refusal is not an error: the caller checks afterwards whether it is gone. */
    async deleteOrganization(id: number, signal: AbortSignal): Promise<void> {
      await call({ method: 'DELETE', path: `/organizations/${id}`, signal, idempotent: true, expect: [403, 404, 422] });
    },
  };
}

/** The endpoints of who belongs to which organization. */
export function createMembershipsApi({ call, get, bulk }: Calls) {
  /** Organizations that the user is a member of. Throws RecordError where it is refused. */
  async function membershipsOf(userId: string, signal: AbortSignal) {
    const path = `/users/${userId}/organization_memberships`;
    const request = { method: 'GET', path, query: {}, signal, idempotent: true, priority: 1 } as const;
    const { body } = assertDone(await callForUser(call, request), request);
    const value = body.kind === 'json' ? body.value : undefined;
    const { organization_memberships: found } = shape.parseResponse(shape.memberships, value, `GET ${path}`);
    return found;
  }

  return {
    async listMemberships(after: string | undefined, signal: AbortSignal) {
      const query = { 'page[size]': 100, 'page[after]': after };
      const found = await get(shape.memberships, '/organization_memberships', query, signal);
      return { memberships: found.organization_memberships, after: nextOf(found.meta) };
    },
    createMemberships: (rows: readonly Body[], signal: AbortSignal) =>
      bulk({
        method: 'POST',
        path: '/organization_memberships/create_many',
        body: { organization_memberships: rows },
        signal,
      }),
    membershipsOf,
    /** A refusal is not an error: the caller checks afterwards whether the user is a member. */
    async joinOrganization(userId: string, organizationId: number, signal: AbortSignal): Promise<void> {
      const path = `/users/${userId}/organization_memberships`;
      const body = { organization_membership: { user_id: Number(userId), organization_id: organizationId } };
      await callForUser(call, { method: 'POST', path, body, signal, idempotent: true });
    },
    /** Throws RecordError if Zendesk refuses it. A 404 of somebody who is not a member any more is a success. */
    async leaveOrganization(userId: string, organizationId: number, signal: AbortSignal): Promise<void> {
      const path = `/users/${userId}/organizations/${organizationId}`;
      const request = { method: 'DELETE', path, signal, idempotent: true } as const;
      const reply = await callForUser(call, request);
      const isMissing = reply.kind === 'refused' && reply.status === 404;
      if (isMissing && !(await membershipsOf(userId, signal)).some((one) => one.organization_id === organizationId))
        return;
      assertDone(reply, request);
    },
    /** Throws RecordError where it is refused. */
    async makeDefaultOrganization(userId: string, organizationId: number, signal: AbortSignal): Promise<void> {
      const path = `/users/${userId}/organizations/${organizationId}/make_default`;
      const request = { method: 'PUT', path, signal, idempotent: true } as const;
      assertDone(await callForUser(call, request), request);
    },
  };
}

type Meta = { readonly has_more?: boolean | null | undefined; readonly after_cursor?: string | null | undefined };

/** Cursor of the next page. Undefined where there is none. */
function nextOf(meta: Meta | null | undefined): string | undefined {
  return meta?.has_more ? (meta.after_cursor ?? undefined) : undefined;
}
