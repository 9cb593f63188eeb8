import type { CallContext } from '../../../core/domain/context.ts';
import type { OpenBatch } from '../../../core/domain/run/pending-work.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { stuck, waitForUnknownJobs } from '../jobs/run-job.ts';
import { isAddress } from '../related/change-email.ts';
import { findRelated } from '../related/found-related.ts';
import { diffRelated } from '../related/related.ts';
import { emailReleased, emailReverted } from './email-outcomes.ts';
import {
  type ChangeIntent,
  type CreateIntent,
  type ExistingUserIntent,
  type Intent,
  isCreate,
  isDelete,
  isToExistingUser,
  keep,
  parseIntent,
} from './intents.ts';
import { needsJob, updated } from './outcomes.ts';
import { withoutMove } from './write-address.ts';
import { findCreated } from './write-creates.ts';
import { findDeleted } from './write-deletes.ts';
import type { WriteDependencies } from './write-dependencies.ts';
import { findUpdated } from './write-updates.ts';

/**
 * Finds out what became of a batch whose process died. If the batch has a job, this follows it to its end. Then it
 * looks at the users themselves, because a job's results may be gone after an hour.
 */
export async function recoverBatch(
  dependencies: WriteDependencies,
  batch: OpenBatch,
  context: CallContext,
): Promise<readonly RowOutcome[]> {
  if (batch.jobId === undefined) await waitForUnknownJobs(dependencies, context);
  else if ((await dependencies.tracker.follow(batch.jobId, context.signal)).kind === 'stuck') throw stuck();
  const intents = batch.rows.map(({ delivery }) => parseIntent(delivery));
  const found = new Map<Intent, RowOutcome>();
  await find(found, intents.filter(isCreate), async (rows) => {
    const looked = await findCreated(dependencies, rows, batch.requestedAt, context);
    const pairs = looked.map((outcome, position) => ({ outcome, intent: rows[position] }));
    return await inParallel(pairs, async ({ outcome, intent }) =>
      outcome.kind === 'written' && intent ? await withRelated(dependencies, intent, outcome, context) : outcome,
    );
  });
  await find(found, intents.filter(isDelete), (rows) => findDeleted(dependencies, rows, context));
  await find(found, intents.filter(isToExistingUser), async (rows) => {
    const looked = await findUpdated(dependencies, rows, context);
    return await inParallel(looked, async (row): Promise<RowOutcome> => {
      if (row.kind === 'ended') return row.outcome;
      return await unlessRefused(
        () => foundWritten(dependencies, row.intent, batch.requestedAt, context),
        () => ({ kind: 'not-written' }),
      );
    });
  });
  return intents.map((intent) => found.get(intent) ?? { kind: 'not-written' });
}

/**
 * The fields are as expected. The user, its identities and its memberships show how far the rest has come. What is not
 * finished is recorded as far as possible, so that it can be reverted; the next decision on the customer completes it.
 */
async function foundWritten(
  { api }: Pick<WriteDependencies, 'api'>,
  intent: ExistingUserIntent,
  writtenAt: number,
  context: CallContext,
): Promise<RowOutcome> {
  const { user } = intent;
  const { signal } = context;
  const hasAddress = async (email: string): Promise<boolean> =>
    (await api.identities(intent.id, signal)).some((identity) => isAddress(identity, email));
  if (intent.kind === 'release-email')
    return (await hasAddress(intent.address)) ? { kind: 'not-written' } : emailReleased(intent, user?.email);
  const { address } = intent;
  const isAlone = Object.keys(intent.related).length === 0;
  const related = await findRelated(api, intent.id, intent.related, context);
  const moved = withoutUnlink({ ...intent, sent: { ...intent.sent, ...related } });
  const unfinished = withoutMove(moved);
  switch (address.kind) {
    case 'keep':
      return updated(isAlone ? intent : unfinished, { writtenAt });
    case 'release':
      if (await hasAddress(address.address)) return { kind: 'not-written' };
      return emailReverted(intent, { address: address.address, other: user?.email, writtenAt });
    case 'move': {
      if (user?.email === address.to) {
        // An undo that is run again looks for the former address itself.
        const isMoved = address.from === undefined || intent.kind === 'revert';
        if (!isMoved) return updated(unfinished, { writtenAt });
        return updated(isAlone ? intent : moved, { writtenAt });
      }
      if (user && (await hasAddress(address.to))) return { ...updated(unfinished, { writtenAt }), user };
      break;
    }
    case 'blocked':
      break;
    default:
      return address satisfies never;
  }
  if (!needsJob(intent)) return { kind: 'not-written' };
  return updated({ ...unfinished, address: keep, related: {} }, { writtenAt });
}

/** A new user is made in one organization; whether the process came to the others, they show. */
async function withRelated(
  { api }: Pick<WriteDependencies, 'api'>,
  { mapped }: CreateIntent,
  outcome: Extract<RowOutcome, { readonly kind: 'written' }>,
  context: CallContext,
): Promise<RowOutcome> {
  const { link } = outcome;
  const related = await findRelated(api, link.destinationId, diffRelated(mapped, { sent: {} }) ?? {}, context);
  return { ...outcome, link: { ...link, sent: { ...link.sent, ...related } } };
}

function withoutUnlink(intent: ChangeIntent): ChangeIntent {
  return intent.kind === 'revert' ? { ...intent, unlinksCustomer: false } : intent;
}

async function find<I extends Intent>(
  found: Map<Intent, RowOutcome>,
  intents: readonly I[],
  look: (intents: readonly I[]) => Promise<readonly RowOutcome[]>,
): Promise<void> {
  if (intents.length === 0) return;
  const outcomes = await look(intents);
  intents.forEach((intent, position) => {
    const outcome = outcomes[position];
    if (outcome) found.set(intent, outcome);
  });
}
