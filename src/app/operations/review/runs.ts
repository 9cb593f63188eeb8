import { defined } from '../../../core/defined.ts';
import type { Outcome } from '../../../core/domain/result.ts';
import { failureOf, type StoredFailure } from '../../../core/report/stored-failure.ts';
import { findRun } from '../../../core/state/find-run.ts';
import type { ReasonCount } from '../../../core/state/review-store.ts';
import type { RunRow } from '../../../core/state/store.ts';
import { withWords } from '../../hint.ts';
import { type OperationContext, readOnly, withParts } from '../context.ts';
import { type NamedResult, withNames } from '../names.ts';

export interface PageOptions {
  /** The key (of a run: the id) after which the page begins. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A run as a page shows it before its records. */
export interface RunReview {
  readonly run: RunRow;
  readonly failure: StoredFailure | undefined;
  /** What is stored of its records; unchanged ones are not. Empty once they are pruned. */
  readonly reasons: readonly ReasonCount[];
}

/** Past runs, newest first, page by page. */
export async function runsPage(context: OperationContext, { after, limit }: PageOptions): Promise<readonly RunRow[]> {
  return await withParts(context, readOnly, ({ pipeline }) =>
    pipeline.store.runs(pipeline.id, { limit, ...defined({ after }) }),
  );
}

/** One run with its reasons, by its id, the first characters of it, or `latest`. */
export async function reviewRun(context: OperationContext, run: string): Promise<RunReview> {
  return await withParts(context, readOnly, async ({ pipeline: { store, id } }) => {
    const found = await findRun(store, id, run);
    const failure = failureOf(found);
    return {
      run: found,
      failure: failure && withWords(failure, context.host.wordsFor),
      reasons: await store.reasons(found.id),
    };
  });
}

/** What became of its records, by key. Contains customer data. */
export async function runRecords(
  context: OperationContext,
  run: string,
  {
    outcome,
    code,
    after,
    limit,
  }: PageOptions & { readonly outcome?: Outcome | undefined; readonly code?: string | undefined },
): Promise<readonly NamedResult[]> {
  return await withParts(context, readOnly, async ({ pipeline, mapper }) => {
    const { store, id } = pipeline;
    const found = await findRun(store, id, run);
    const results = await store.results(found.id, { limit, ...defined({ outcome, code, after }) });
    return await withNames(results, { pipeline, mapper });
  });
}
