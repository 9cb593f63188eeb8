import type { CallContext } from '../../core/contracts.ts';
import type { RowOutcome } from '../../core/sink.ts';
import type { OpenBatch } from '../../core/state/store.ts';
import { type Intent, parseIntent } from './intents.ts';
import { updated } from './outcomes.ts';
import { waitForUnknownJobs } from './run-job.ts';
import type { Tools } from './tools.ts';
import { findCreated } from './write-creates.ts';
import { findDeleted } from './write-deletes.ts';
import { findUpdated } from './write-updates.ts';

/**
 * What became of a batch whose process died. Its job, if it has one, is followed to its end; then Zendesk itself is asked
 * about each row. That is truer than the job's results, which may be gone after an hour.
 */
export async function recoverBatch(
  tools: Tools,
  batch: OpenBatch,
  context: CallContext,
): Promise<readonly RowOutcome[]> {
  if (batch.jobId === undefined) await waitForUnknownJobs(tools, context);
  else await tools.tracker.follow(batch.jobId, context.signal);
  const intents = batch.rows.map(({ delivery }) => parseIntent(delivery));
  const found = new Map<Intent, RowOutcome>();
  await find(
    found,
    intents.filter((intent) => intent.kind === 'create'),
    (rows) => findCreated(tools, rows, batch.requestedAt, context),
  );
  await find(
    found,
    intents.filter((intent) => intent.kind === 'delete'),
    (rows) => findDeleted(tools, rows, context),
  );
  await find(
    found,
    intents.filter((intent) => intent.kind === 'update'),
    async (rows) => {
      const looked = await findUpdated(tools, rows, context);
      return looked.map((row): RowOutcome => {
        if (row.kind === 'ended') return row.outcome;
        // Whether an address has moved, or what stands beside the user, is found out by the next look at the customer; until then nothing is recorded.
        const { email, letGo, emailRefusal, beside, user } = row.intent;
        const isWhole = letGo === undefined && !emailRefusal && !beside && (!email || user?.email === email.to);
        return isWhole ? updated(row.intent, { writtenAt: batch.requestedAt }) : { kind: 'unsent' };
      });
    },
  );
  return intents.map((intent) => found.get(intent) ?? { kind: 'unsent' });
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
