import type { CallContext } from '../../../core/domain/context.ts';
import type { OpenBatch } from '../../../core/domain/pending-work.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { stuck, waitForUnknownJobs } from '../jobs/run-job.ts';
import { isAddress } from '../related/change-email.ts';
import { type Intent, parseIntent, type UpdateIntent } from './intents.ts';
import { emailReleased, emailReverted, needsJob, updated, withPreviousRelated } from './outcomes.ts';
import { findCreated } from './write-creates.ts';
import { findDeleted } from './write-deletes.ts';
import type { WriteDependencies } from './write-dependencies.ts';
import { findUpdated, withoutMove } from './write-updates.ts';

/**
 * What became of a batch whose process died. Its job, if it has one, is followed to its end; then Zendesk itself is asked
 * about each row. That is truer than the job's results, which may be gone after an hour.
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
  await find(
    found,
    intents.filter((intent) => intent.kind === 'create'),
    (rows) => findCreated(dependencies, rows, batch.requestedAt, context),
  );
  await find(
    found,
    intents.filter((intent) => intent.kind === 'delete'),
    (rows) => findDeleted(dependencies, rows, context),
  );
  await find(
    found,
    intents.filter((intent) => intent.kind === 'update'),
    async (rows) => {
      const looked = await findUpdated(dependencies, rows, context);
      return await inParallel(looked, async (row): Promise<RowOutcome> => {
        if (row.kind === 'ended') return row.outcome;
        return await unlessRefused(
          () => foundWritten(dependencies, row.intent, batch.requestedAt, context.signal),
          () => ({ kind: 'not-written' }),
        );
      });
    },
  );
  return intents.map((intent) => found.get(intent) ?? { kind: 'not-written' });
}

/**
 * The fields are as meant. How far the address has come, the user and its identities show. What is not at its end yet, or
 * can't be seen (the user's related resources), is recorded as far as it may be, so that it can be reverted, while what we
 * had sent before still counts as sent: the next look at the customer brings it to its end.
 */
async function foundWritten(
  { api }: Pick<WriteDependencies, 'api'>,
  intent: UpdateIntent,
  writtenAt: number,
  signal: AbortSignal,
): Promise<RowOutcome> {
  const { email, releaseEmail, emailRefusal, related, user, code } = intent;
  if (releaseEmail !== undefined) {
    const identities = await api.identities(intent.id, signal);
    if (identities.some((identity) => isAddress(identity, releaseEmail))) return { kind: 'not-written' };
    return code === 'undo' ? emailReverted(intent, user?.email, writtenAt) : emailReleased(intent, user?.email);
  }
  if (!email && !emailRefusal && !related) return updated(intent, { writtenAt });
  const { unlinksCustomer: _, ...unfinished } = withoutMove({ ...intent, sent: withPreviousRelated(intent).sent });
  if (!email && !emailRefusal) return updated(unfinished, { writtenAt });
  if (email && user?.email === email.to) {
    const isWhole = !related && (email.from === undefined || code === 'undo');
    return updated(isWhole ? intent : unfinished, { writtenAt });
  }
  if (email && user && (await api.identities(intent.id, signal)).some((identity) => isAddress(identity, email.to)))
    return { ...updated(unfinished, { writtenAt }), user };
  if (!needsJob(intent)) return { kind: 'not-written' };
  const { email: __, related: ___, ...fieldsOnly } = unfinished;
  return updated(fieldsOnly, { writtenAt });
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
