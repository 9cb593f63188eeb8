import { defined } from '../defined.ts';
import type { Result } from '../domain/result.ts';
import type { CanaryRow } from '../domain/run/canary.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import type { BatchWriter } from './batch-writer.ts';
import type { InFlightWrite, Run } from './run-state.ts';

/**
 * Lets the first writes through, then waits for a person's approval before any other. If the person declines, the run
 * ends and the pipeline is paused, so that the schedule does not continue with what was declined. Follow-ups of a write
 * that was let through (a user met unexpectedly, a row to send again) stay within the batch writer and are not counted
 * here.
 */
export function withCanary<T, P>(run: Run<T, P>, writer: BatchWriter<P>) {
  const { canary } = run.options;
  if (!canary) return { ...writer, finish: async () => undefined };
  const { size, show, approve } = canary;
  const sent: InFlightWrite<P>[] = [];
  let gate: 'counting' | 'open' | 'shut' = 'counting';

  async function add(entries: readonly InFlightWrite<P>[]): Promise<void> {
    if (gate === 'open') return await writer.add(entries);
    if (gate === 'shut') return;
    const first = entries.slice(0, size - sent.length);
    sent.push(...first);
    await writer.add(first);
    if (sent.length < size) return;
    gate = 'shut';
    await writer.drain();
    if (run.stopping() || !(await isApproved())) return;
    gate = 'open';
    await writer.add(entries.slice(first.length));
  }

  async function isApproved(): Promise<boolean> {
    await showRows();
    const answer = await approve();
    if (run.canary) run.canary = { ...run.canary, answer };
    if (answer !== 'yes') run.stop();
    if (answer === 'no') await hold(run, sent.length);
    return answer === 'yes';
  }

  async function showRows(): Promise<void> {
    const rows = await look(run, sent);
    run.canary = summary(rows);
    show(rows);
  }

  return {
    ...writer,
    add,
    /** At the end of a run that had fewer writes than were to be looked at: there is nothing left to ask about. */
    async finish(): Promise<void> {
      if (gate === 'counting' && sent.length > 0 && !run.stopping()) await showRows();
    },
  };
}

async function hold<T, P>(run: Run<T, P>, count: number): Promise<void> {
  const { store, id, clock } = run.pipeline;
  const at = new Date(clock.now()).toISOString();
  const writes =
    count === 1 ? `The first write of run ${run.id} was` : `The first ${count} writes of run ${run.id} were`;
  await store.setPause(id, `${writes} shown and refused at ${at}.`);
}

/** Each write as it was recorded, next to its user as read again from the destination. */
async function look<T, P>(run: Run<T, P>, sent: readonly InFlightWrite<P>[]): Promise<readonly CanaryRow[]> {
  const { store, sink, id } = run.pipeline;
  const keys = sent.map(({ delivery }) => delivery.key);
  const results = new Map((await store.results(run.id, { keys, limit: keys.length })).map((row) => [row.key, row]));
  const { outcomes } = await store.load(id, { run: run.id, keys, externalIds: [], emails: [] });
  const written = sent.flatMap(({ delivery }) => {
    const result = results.get(delivery.key);
    return result?.destinationId === undefined
      ? []
      : [{ key: delivery.key, id: result.destinationId, changes: result.changes ?? simulated(run, delivery) }];
  });
  const compared = await sink.compare(written, run.work);
  const fieldsOf = new Map(written.map(({ key }, position) => [key, compared[position]]));
  return keys.map((key): CanaryRow => {
    const { code, message, destinationId }: Partial<CanaryRow> = results.get(key) ?? run.refusals.get(key) ?? {};
    return {
      key,
      outcome: outcomes.get(key),
      ...defined({ code, message, destinationId }),
      fields: fieldsOf.get(key) ?? {},
    };
  });
}

/** A create records no old values: the expected values are those that were sent. */
function simulated<T, P>(
  { pipeline }: Run<T, P>,
  delivery: InFlightWrite<P>['delivery'],
): NonNullable<Result['changes']> {
  const { outcome } = pipeline.sink.simulate(delivery);
  return (outcome.kind === 'written' && outcome.changes) || {};
}

/** Keys and field names, without values: a report may be passed on. */
function summary(rows: readonly CanaryRow[]): NonNullable<RunReport['canary']> {
  const written = rows.filter(({ fields }) => Object.keys(fields).length > 0);
  const differences = written.flatMap(({ key, destinationId = '', fields }) => {
    const names = Object.entries(fields).flatMap(([name, { matches }]) => (matches ? [] : [name]));
    return names.length > 0 ? [{ key, destinationId, fields: names }] : [];
  });
  return { sent: rows.length, matching: written.length - differences.length, differences, answer: 'none' };
}
