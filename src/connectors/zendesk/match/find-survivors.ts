import type { CallContext } from '../../../core/domain/context.ts';
import type { Known, Survivor } from '../../../core/domain/known.ts';
import type { Link } from '../../../core/domain/link.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import type { ZendeskUser } from '../user.ts';
import { findUserByEmail, type HolderLook } from '../write/resolve-rejections.ts';

interface Asked {
  readonly candidates: readonly { readonly key: string; readonly payload: ZendeskUser }[];
  readonly known: Known;
}

/**
 * Zendesk does not say that a user was merged: it shows a deleted one. But the addresses of that user become further
 * addresses of the one that it was merged into, which only search and identities show. Search is minutes late, so a
 * later run follows a very recent merge.
 */
export async function findSurvivors(
  dependencies: HolderLook,
  { candidates, known }: Asked,
  context: CallContext,
): Promise<ReadonlyMap<string, Survivor>> {
  const gone = candidates.flatMap(({ key, payload }) => {
    const link = known.links.get(key);
    if (!link || link.deactivated === 'delete' || known.users.get(link.destinationId)?.active !== false) return [];
    // Who has the address as its primary one is known already.
    const holder = payload.email === undefined ? undefined : known.usersByEmail.get(payload.email);
    return holder?.active ? [] : [{ link, emails: addressesOf(link, payload.email) }];
  });
  const found = await inParallel(gone, async ({ link, emails }) => {
    const survivor = await findSurvivor(dependencies, emails, context);
    return survivor ? [[link.destinationId, survivor] as const] : [];
  });
  return new Map(found.flat());
}

/** The address that we wrote to the deleted user, then the one that the customer has now. */
export function addressesOf({ sent }: Pick<Link, 'sent'>, mapped: string | undefined): readonly string[] {
  const former = typeof sent.email === 'string' ? [sent.email] : [];
  return [...new Set([...former, ...(mapped === undefined ? [] : [mapped])])];
}

export async function findSurvivor(
  dependencies: HolderLook,
  emails: readonly string[],
  context: CallContext,
): Promise<Survivor | undefined> {
  for (const email of emails) {
    const holder = await findUserByEmail(dependencies, email, context);
    if (holder?.user.active) return { user: holder.user, email };
  }
  return undefined;
}
