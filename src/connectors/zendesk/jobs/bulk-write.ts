import type { CallContext } from '../../../core/domain/context.ts';
import type { BulkReply } from '../api/calls.ts';
import type { RefusalWords } from '../api/http.ts';
import { maxRowsPerJob } from '../limits.ts';
import type { JobDependencies } from './job-dependencies.ts';
import { parseRowResults, type SentRow } from './job-results.ts';
import { runJob } from './run-job.ts';

/** What a bulk write says of one row. */
export type RowAnswer =
  | { readonly kind: 'ok'; readonly id?: string }
  | ({ readonly kind: 'error' } & RefusalWords)
  /** It must be looked up. `isAnswered`: the job was completed and left this row out. */
  | { readonly kind: 'unknown'; readonly isAnswered: boolean }
  /** Bulk import is off for the account: the row must be written by a call of its own. */
  | { readonly kind: 'forbidden' };

export interface BulkWrite<Row> {
  readonly rows: readonly Row[];
  /** By what a result can name the row. */
  nameOf(row: Row): SentRow;
  send(rows: readonly Row[]): Promise<BulkReply>;
  /** Resolves when the job's id is on disk. Absent where what became of a job is found out without it. */
  readonly jobStarted?: (jobId: string) => Promise<void>;
}

/**
 * Sends rows in bulk requests, follows their jobs one after another to their ends, and answers for every row, in the same
 * order. Zendesk refuses a whole request for one row in it: then each half is sent by itself, down to the row, which is
 * refused with Zendesk's own words. Everything that creates, updates, deletes or joins in bulk comes through here.
 */
export async function bulkWrite<Row>(
  dependencies: JobDependencies,
  { rows, ...write }: BulkWrite<Row>,
  context: CallContext,
): Promise<readonly RowAnswer[]> {
  if (!dependencies.bulk.allowed()) return rows.map(() => ({ kind: 'forbidden' }));
  const answers: RowAnswer[] = [];
  for (let start = 0; start < rows.length; start += maxRowsPerJob)
    answers.push(...(await writePart(rows.slice(start, start + maxRowsPerJob))));
  return answers;

  async function writePart(part: readonly Row[]): Promise<readonly RowAnswer[]> {
    const run = await runJob(dependencies, () => write.send(part), {
      ...context,
      jobStarted: write.jobStarted ?? (async () => undefined),
    });
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
