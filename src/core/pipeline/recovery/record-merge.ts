import { z } from 'zod';
import type { CompleteSink } from '../../complete-sink.ts';
import type { Link } from '../../domain/link.ts';
import type { DirectoryUser } from '../../domain/user.ts';
import type { StateStore } from '../../state/store.ts';
import type { Pipeline } from '../types.ts';

/** The operation of batches that merge two users. */
export const mergeOperation = 'merge';

/** What is stored before a merge is asked for: enough to find out after a crash what became of it. */
export const mergeIntent = z.strictObject({
  kind: z.literal('merge'),
  loser: z.string(),
  winner: z.string(),
  email: z.string().exactOptional(),
});
export type MergeIntent = z.infer<typeof mergeIntent>;

export const mergedField = 'merged_users';

/** Under which key a run keeps what became of a user who is no customer. */
export function keyOfUser(id: string): string {
  return `user:${id}`;
}

/** The customers of two users that are to be merged. */
export async function linksOfPair(
  { store, id }: { readonly store: StateStore; readonly id: Pipeline<unknown, unknown>['id'] },
  { loser, winner }: Pick<MergeIntent, 'loser' | 'winner'>,
): Promise<{ readonly loser: Link | undefined; readonly winner: Link | undefined }> {
  const known = await store.load(id, { run: '', keys: [], externalIds: [], emails: [], userIds: [loser, winner] });
  return { loser: known.linksByUser.get(loser), winner: known.linksByUser.get(winner) };
}

/**
 * Records that two users were merged, and closes the batch, in one transaction: the loser's customer is linked to the
 * winner from now on. The winner keeps its primary address, and the customer's counts as sent, as for users that a person
 * has merged. Returns the key of the result, and whether a customer was linked to another user.
 */
export async function recordMerge(
  {
    store,
    id,
    sink,
  }: Pick<Pipeline<never, never>, 'store' | 'id'> & { readonly sink: Pick<CompleteSink<never>, 'now' | 'title'> },
  {
    run,
    intent: { loser, winner, email },
    users,
    batch,
  }: {
    readonly run: string;
    readonly intent: MergeIntent;
    readonly users: readonly DirectoryUser[];
    readonly batch?: string | undefined;
  },
): Promise<{ readonly key: string; readonly isRelinked: boolean }> {
  const links = await linksOfPair({ store, id }, { loser, winner });
  const at = sink.now();
  // A deactivated customer has no use for a user; should it come back, it is told that its own was merged.
  const moves = links.loser !== undefined && links.loser.deactivated === undefined && links.winner === undefined;
  const moved: readonly Link[] = moves ? [linkTo(winner, links.loser, email)] : [];
  const key = links.winner?.key ?? moved[0]?.key ?? keyOfUser(winner);
  const [earlier] = await store.results(run, { keys: [key], limit: 1 });
  const before = earlier?.changes?.[mergedField]?.[1];
  const merged = [...new Set([...(Array.isArray(before) ? before : []), loser])];
  const what = merged.length === 1 ? `user ${merged.join()} was` : `users ${merged.join(', ')} were`;
  const message = `${sink.title} ${what} merged into user ${winner}.`;
  await store.apply(id, {
    ...(batch !== undefined && { closeBatches: [batch] }),
    users: [
      { id: loser, role: 'end-user', active: false, updatedAt: at },
      ...users.filter((user) => user.id === winner),
    ],
    links: moved,
    results: {
      run,
      rows: [
        {
          key,
          outcome: 'updated',
          code: 'merge',
          message,
          destinationId: winner,
          changes: { [mergedField]: [null, merged] },
          at,
        },
      ],
    },
  });
  return { key, isRelinked: moved.length > 0 };
}

function linkTo(winner: string, { key, externalId, sent }: Link, address: string | undefined): Link {
  const email = typeof sent.email === 'string' ? sent.email : address;
  return {
    key,
    externalId,
    destinationId: winner,
    origin: 'adopted',
    sent: email === undefined ? {} : { email },
    writtenAt: 0,
  };
}

/** Users into which others were merged by these runs. */
export async function mergedInto(store: StateStore, runs: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const run of runs)
    for (const { code, destinationId } of await store.results(run, { outcome: 'updated', limit: 1_000_000 }))
      if (code === 'merge' && destinationId !== undefined) found.add(destinationId);
  return found;
}
