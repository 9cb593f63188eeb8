import { TransientError } from '../../../core/domain/errors.ts';
import type { HttpRequest } from '../../../core/http/types.ts';
import type { Identity } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import { assertDone, callForUser, unlessRefused } from './call-for-user.ts';
import type { Calls } from './calls.ts';
import type { RefusalWords } from './http.ts';

type AddReply =
  | { readonly kind: 'added'; readonly identity: Identity }
  | ({ readonly kind: 'refused' } & RefusalWords)
  /** The reply was lost: it may have been done. */
  | { readonly kind: 'lost'; readonly error: TransientError };

/** Addresses and numbers of one user. Each throws RecordError where Zendesk refuses it, unless it says otherwise. */
export function createIdentitiesApi({ call }: Pick<Calls, 'call'>) {
  async function ask(request: HttpRequest): Promise<unknown> {
    const { body } = assertDone(await callForUser(call, request), request);
    return body.kind === 'json' ? body.value : undefined;
  }

  async function identities(userId: string, signal: AbortSignal): Promise<readonly Identity[]> {
    const path = `/users/${userId}/identities`;
    const value = await ask({ method: 'GET', path, query: {}, signal, idempotent: true, priority: 1 });
    return shape.parseResponse(shape.identities, value, `GET ${path}`).identities;
  }

  return {
    identities,
    /** `refused`: the value is not to be had (422). Whether it is the user's own already, the list shows. */
    async addIdentity(
      userId: string,
      { type, value, skipVerifyEmail }: { type: 'email' | 'phone_number'; value: string; skipVerifyEmail: boolean },
      signal: AbortSignal,
    ): Promise<AddReply> {
      const path = `/users/${userId}/identities`;
      const body = { identity: { type, value, skip_verify_email: skipVerifyEmail } };
      const request = { method: 'POST', path, body, signal, idempotent: false } as const;
      try {
        const reply = await callForUser(call, request);
        if (reply.kind === 'refused' && reply.status === 422)
          return { kind: 'refused', error: reply.error, details: reply.details };
        const made = assertDone(reply, request).body;
        const { identity } = shape.parseResponse(
          shape.oneIdentity,
          made.kind === 'json' ? made.value : undefined,
          `POST ${path}`,
        );
        return { kind: 'added', identity };
      } catch (error) {
        if (error instanceof TransientError && error.effect === 'unknown' && !signal.aborted)
          return { kind: 'lost', error };
        throw error;
      }
    },
    async makePrimary(userId: string, identityId: number, signal: AbortSignal): Promise<readonly Identity[]> {
      const path = `/users/${userId}/identities/${identityId}/make_primary`;
      const value = await ask({ method: 'PUT', path, signal, idempotent: true });
      return shape.parseResponse(shape.identities, value, `PUT ${path}`).identities;
    },
    /** False when Zendesk refuses. One that is gone already is as wanted: of a 404 the list says whether it is. */
    async deleteIdentity(userId: string, identityId: number, signal: AbortSignal): Promise<boolean> {
      const path = `/users/${userId}/identities/${identityId}`;
      const reply = await callForUser(call, { method: 'DELETE', path, signal, idempotent: true });
      if (reply.kind === 'done') return true;
      if (reply.status !== 404) return false;
      const left = await unlessRefused(
        () => identities(userId, signal),
        () => [],
      );
      return !left.some(({ id }) => id === identityId);
    },
  };
}
