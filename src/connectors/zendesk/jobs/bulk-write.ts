import type { CallContext } from '../../../core/domain/context.ts';
import type { BulkReply } from '../api/calls.ts';
import type { RefusalWords } from '../api/http.ts';
import { maxRowsPerJob } from '../limits.ts';
import type { JobDependencies } from './job-dependencies.ts';
import { parseRowResults, type SentRow } from './job-results.ts';
import { runJob } from './run-job.ts';

/** The outcome of one row of a bulk write. */
export type RowAnswer =
  | { readonly kind: 'ok'; readonly id?: string }
  | ({ readonly kind: 'error' } & RefusalWords)
  /** It must be looked up. `isAnswered`: the job completed without a result for this row. */
  | { readonly kind: 'unknown'; readonly isAnswered: boolean }
  /** Bulk import is off for the account: the row must be written by a separate call. */
  | { readonly kind: 'forbidden' };

export interface BulkWrite<Row> {
  readonly rows: readonly Row[];
  /** The values by which a result can name the row. */
  nameOf(row: Row): SentRow;
  send(rows: readonly Row[]): Promise<BulkReply>;
  /** Resolves when the job's id is on disk. Absent if the outcome of the job can be found out without it. */
  readonly jobStarted?: (jobId: string) => Promise<void>;
  /** If it aborts before anything was sent, `bulkWrite` sends nothing and throws the signal's reason. */
  readonly sending?: AbortSignal | undefined;
}

/**
 * Sends rows in bulk requests, follows their jobs one after another to their ends, and returns an outcome for every
 * row, in the same order. Zendesk refuses a whole request because of one row. Then each half is sent separately, down
 * to that row, which is rejected with Zendesk's own words. Every bulk create, update, delete or join goes through here.
 */
export async function bulkWrite<Row>(
  dependencies: JobDependencies,
  { rows, ...write }: BulkWrite<Row>,
  context: CallContext,
): Promise<readonly RowAnswer[]> {
  if (!dependencies.bulk.allowed()) return rows.map(() => ({ kind: 'forbidden' }));
  const answers: RowAnswer[] = [];
  let isSent = false;
  for (let start = 0; start < rows.length; start += maxRowsPerJob)
    answers.push(...(await writePart(rows.slice(start, start + maxRowsPerJob))));
  return answers;

  async function writePart(part: readonly Row[]): Promise<readonly RowAnswer[]> {
    const run = await runJob(dependencies, () => write.send(part), {
      ...context,
      jobStarted: write.jobStarted ?? (async () => undefined),
      // Also in place of the context's: a job that comes after another one of its batch is sent, whoever has stopped the run.
      sending: isSent ? undefined : write.sending,
    });
    isSent = true;
    switch (run.kind) {
      case 'forbidden':
        return part.map(() => ({ kind: 'forbidden' }));
      case 'lost':
        return part.map(() => ({ kind: 'unknown', isAnswered: false }));
      case 'refused': {
        const { error, details } = run;
        if (part.length === 1) return [{ kind: 'error', error, details }];
        const middle = Math.ceil(part.length / 2);
        return [...(await writePart(part.slice(0, middle))), ...(await writePart(part.slice(middle)))];
      }
      case 'ended': {
        const results = parseRowResults(part.map(write.nameOf), run.results);
        return results.map((row) => (row.kind === 'unknown' ? { kind: 'unknown', isAnswered: run.isWhole } : row));
      }
      default:
        return run satisfies never;
    }
  }
}
