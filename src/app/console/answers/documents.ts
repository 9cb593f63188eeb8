import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import type { Result } from '../../../core/domain/result.ts';
import { failureOf } from '../../../core/report/stored-failure.ts';
import { storedTallies } from '../../../core/report/stored-tallies.ts';
import type { RunRow } from '../../../core/state/store.ts';
import type { RecordUrls } from '../../accounts.ts';
import { hintOf } from '../../hint.ts';
import type { Host } from '../../host.ts';
import type { Answer } from '../api/index.ts';

/** Things of the state as the API shows them: every time in ISO 8601. */

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

export function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timeOf(ms);
}

type RunSummary = Answer<'listRuns'>['items'][number];

const requests = z.object({
  requests: z.object({ source: z.number(), destination: z.number(), throttled: z.number() }),
});

export function runSummary(run: RunRow, { wordsFor, redactor }: Pick<Host, 'wordsFor' | 'redactor'>): RunSummary {
  const { id, kind, outcome, startedAt, finishedAt, undoneBy } = run;
  const failure = failureOf(run);
  const hint = failure && hintOf(failure, wordsFor);
  return {
    id,
    kind,
    outcome,
    startedAt: timeOf(startedAt),
    ...defined({
      finishedAt: finishedAt === undefined ? undefined : timeOf(finishedAt),
      undoneBy,
      tallies: storedTallies(run),
      requests: requests.safeParse(run.report).data?.requests,
    }),
    ...(failure && {
      failure: { code: failure.code, message: redactor.redact(failure.message), ...(hint !== undefined && { hint }) },
    }),
  };
}

type ResultDocument = Omit<Answer<'getCustomer'>['history'][number], 'run' | 'previousLastSent'>;

/** A result as `show --json` prints it, without what only an undo needs. */
export function resultDocument({
  key,
  outcome,
  code,
  message,
  detail,
  destinationId,
  changes,
  at,
}: Result): ResultDocument {
  return {
    key,
    outcome,
    ...defined({ code, message, detail, destinationId }),
    ...(changes && { changes: changesDocument(changes) }),
    at: timeOf(at),
  };
}

/** The same values in tuples that may be changed: that is how the schema has them. */
export function changesDocument(changes: NonNullable<Result['changes']>): NonNullable<ResultDocument['changes']> {
  return Object.fromEntries(Object.entries(changes).map(([name, [before, after]]) => [name, [before, after]]));
}

export function urlsDocument({ customer, user }: RecordUrls): { customer: string | null; user: string | null } {
  return { customer: safeUrl(customer), user: safeUrl(user) };
}

/** A connector of one's own may make anything of a key: only what a browser may open is passed on. */
function safeUrl(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : null;
}

/** A page of what was found, one more than asked for: whether there is another page. */
export function pageOf<I, D>(
  found: readonly I[],
  limit: number,
  { cursor, document }: { readonly cursor: (item: I) => string; readonly document: (item: I) => D },
): { items: D[]; next: string | null } {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(document),
    next: found.length > limit && last !== undefined ? cursor(last) : null,
  };
}
