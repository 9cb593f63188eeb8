import { randomUUID } from 'node:crypto';
import { defined } from '../defined.ts';
import type { CallContext } from '../domain/context.ts';
import type { MergeReply, SeenUser } from '../domain/merge-adapter.ts';
import {
  keyOfUser,
  linksOfPair,
  type MergeIntent,
  mergedField,
  mergeOperation,
  recordMerge,
} from '../pipeline/recovery/record-merge.ts';
import type { Pipeline } from '../pipeline/types.ts';
import { type ChosenUser, decideMerge, type MergeDecision } from './decide-merge.ts';
import { profileVersion } from './profile-version.ts';

/** What decides besides the users themselves. */
export interface MergeRules {
  /** What becomes of an external id that is not of a customer here. */
  readonly conflict: 'reject' | 'takeover';
}

export interface ChosenPair {
  readonly keep: ChosenUser;
  readonly merge: ChosenUser;
}

export type PairOutcome =
  /** `customer`: who is linked to the user that stays. `relinked`: it was linked to the one that ended. */
  | { readonly outcome: 'merged' | 'already-merged'; readonly customer?: string; readonly relinked?: true }
  | { readonly outcome: 'skipped' | 'refused'; readonly code: string; readonly message: string };

const gone = 'The user to merge was deleted, or merged into another one than the user to keep.';

/** Merges one pair after the other. What a merge itself has changed of the user that stays is no change by others. */
export function createPairMerger<T, P>(
  pipeline: Pipeline<T, P>,
  { run, conflict }: MergeRules & { readonly run: string },
) {
  const { store, id, sink, onFailpoint } = pipeline;
  const changedByUs = new Map<string, string>();

  async function merge({ keep, merge: chosen }: ChosenPair, context: CallContext): Promise<PairOutcome> {
    const version = changedByUs.get(keep.id) ?? keep.version;
    const pair = { keep: { ...keep, version }, merge: chosen };
    const seen = await sink.merging.look([keep.id, chosen.id], context);
    const decision = await decidePair(pipeline, pair, { conflict }, seen);
    if (decision.kind === 'skip') return { outcome: 'skipped', code: decision.code, message: decision.message };
    const email = seen.get(chosen.id)?.profile.email ?? chosen.email;
    const intent: MergeIntent = { kind: 'merge', loser: chosen.id, winner: keep.id, ...defined({ email }) };
    if (decision.kind === 'gone') return await adoptEarlierMerge(intent, context);
    return await ask(intent, context);
  }

  /** Somebody may have merged the two by hand, or an earlier run of ours: what is missing of it in the state is recorded. */
  async function adoptEarlierMerge(intent: MergeIntent, context: CallContext): Promise<PairOutcome> {
    const { loser, winner } = await linksOfPair(pipeline, intent);
    const isKnown = loser === undefined && (await isRecorded(intent, winner?.key));
    if (isKnown) return { outcome: 'already-merged', ...defined({ customer: winner?.key }) };
    const state = await sink.merging.stateOf({ ...intent, email: intent.email }, context);
    if (state !== 'merged') return { outcome: 'skipped', code: 'user-gone', message: gone };
    return { outcome: 'already-merged', ...(await record(intent, undefined, context)) };
  }

  async function isRecorded({ loser, winner }: MergeIntent, key: string | undefined): Promise<boolean> {
    const history = await store.history(id, key ?? keyOfUser(winner));
    return history.some(({ changes }) => {
      const merged = changes?.[mergedField]?.[1];
      return Array.isArray(merged) && merged.includes(loser);
    });
  }

  async function ask(intent: MergeIntent, context: CallContext): Promise<PairOutcome> {
    const batch = randomUUID();
    const links = await linksOfPair(pipeline, intent);
    const key = links.winner?.key ?? links.loser?.key ?? keyOfUser(intent.winner);
    const rows = [{ key, delivery: intent }];
    await store.apply(id, {
      openBatches: [{ id: batch, run, operation: mergeOperation, rows, requestedAt: sink.now() }],
    });
    onFailpoint?.('intent-recorded');
    const reply = await sink.merging.merge({ ...intent, email: intent.email }, context);
    if (reply.kind === 'merged') {
      const recorded = await record(intent, batch, context);
      onFailpoint?.('results-recorded');
      return { outcome: 'merged', ...recorded };
    }
    await store.apply(id, { closeBatches: [batch] });
    return notMerged(reply, sink.title);
  }

  async function record(
    intent: MergeIntent,
    batch: string | undefined,
    context: CallContext,
  ): Promise<Pick<Extract<PairOutcome, { outcome: 'merged' | 'already-merged' }>, 'customer' | 'relinked'>> {
    const winner = (await sink.merging.look([intent.winner], context)).get(intent.winner);
    if (winner) changedByUs.set(intent.winner, profileVersion(winner.profile));
    const users = winner ? [winner.user] : [];
    const { key, isRelinked } = await recordMerge(pipeline, { run, intent, batch, users });
    if (key === keyOfUser(intent.winner)) return {};
    return { customer: key, ...(isRelinked && { relinked: true }) };
  }

  return { merge };
}

/** Decides on a pair, as a look has just shown it. */
export async function decidePair<T, P>(
  pipeline: Pick<Pipeline<T, P>, 'store' | 'id'>,
  { keep, merge }: ChosenPair,
  rules: MergeRules,
  seen: ReadonlyMap<string, SeenUser>,
): Promise<MergeDecision> {
  const links = await linksOfPair(pipeline, { loser: merge.id, winner: keep.id });
  return decideMerge(
    {
      winner: { chosen: keep, profile: seen.get(keep.id)?.profile, link: links.winner },
      loser: { chosen: merge, profile: seen.get(merge.id)?.profile, link: links.loser },
    },
    rules,
  );
}

/** What a reply comes to that merged nobody. */
function notMerged(reply: Exclude<MergeReply, { readonly kind: 'merged' }>, title: string): PairOutcome {
  switch (reply.kind) {
    case 'refused':
      return { outcome: 'refused', code: 'refused', message: reply.message };
    case 'separate': {
      const message = `${title} accepted the merge and still shows both users. Run the command again later.`;
      return { outcome: 'refused', code: 'unsettled', message };
    }
    case 'gone':
      return { outcome: 'skipped', code: 'user-gone', message: gone };
    default:
      return reply satisfies never;
  }
}
