import type { CallContext } from '../../../core/domain/context.ts';
import type { Identity } from '../api/api-schemas.ts';
import type { RefusalWords } from '../api/http.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';

const maxAttempts = 9;

export interface NewIdentity {
  readonly type: 'email' | 'phone_number';
  readonly value: string;
  readonly skipVerifyEmail: boolean;
}

type AddedIdentity =
  | { readonly own: Identity; readonly isNew: boolean }
  | { readonly own: undefined; readonly isNew: false; readonly refusal: RefusalWords };

/**
 * The user's own identity of this value, if it can be had; `isNew` where this call made it. Whether a refused one is the
 * user's own tells the list of them. A lost response is not a refusal: an identity that is missing afterwards is requested again.
 */
export async function addIdentity(
  { api, ambiguousWrites }: Pick<WriteDependencies, 'api' | 'ambiguousWrites'>,
  userId: string,
  identity: NewIdentity,
  context: CallContext,
): Promise<AddedIdentity> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await api.addIdentity(userId, identity, context.signal);
    if (reply.kind !== 'lost') ambiguousWrites.answered();
    if (reply.kind === 'added') return { own: reply.identity, isNew: true };
    if (reply.kind === 'lost') await ambiguousWrites.wait(reply.error, context);
    const all = await api.identities(userId, context.signal);
    const own = all.find(({ type, value }) => type === identity.type && value.toLowerCase() === identity.value);
    if (own) return { own, isNew: reply.kind === 'lost' };
    if (reply.kind === 'refused') return { own: undefined, isNew: false, refusal: reply };
    if (attempt < maxAttempts) continue;
    // A conflict that lasts is this user's matter, anything else the service's.
    if (reply.error.status !== 409) throw reply.error;
    return { own: undefined, isNew: false, refusal: { error: 'Conflict', details: '' } };
  }
}
