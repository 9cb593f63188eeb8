import type { Row } from '../api/requests.ts';
import type { Job, JobFault } from './job.ts';
import { failedRow } from './user-rows.ts';

const rowFaults: ReadonlySet<JobFault['kind']> = new Set(['rows-fail', 'rows-wordless', 'rows-missing']);

/** Applies the rows of a job in order, each decided by itself, except for those that its fault keeps from it. */
export function runJob(job: Job): void {
  const rule = job.fault;
  const endsEarly = rule?.kind === 'failed' || rule?.kind === 'killed' ? rule.kind : undefined;
  const rows = endsEarly ? job.rows.slice(0, Math.floor(job.rows.length / 2)) : job.rows;
  const results = rows.flatMap((row, index) => {
    if (!rule || !failsBy(rule, row, index)) return [job.apply(row, index)];
    if (rule.kind === 'rows-fail') return [failedRow(job.kind, index, rule.details ?? 'User is invalid')];
    return rule.kind === 'rows-wordless' ? [{ id: index, status: 'Failed' }] : [];
  });
  job.state = endsEarly ?? 'completed';
  job.results = reported(rule, results);
  job.vanished = rule?.kind === 'vanished';
}

function failsBy(rule: JobFault, row: Row, index: number): boolean {
  if (!rowFaults.has(rule.kind)) return false;
  if (rule.name !== undefined) return String(row.name ?? '').includes(rule.name);
  return index < (rule.rows ?? 0);
}

/** The results as the job gives them. */
function reported(rule: JobFault | undefined, results: readonly unknown[]): unknown {
  switch (rule?.kind) {
    case 'no-results':
      return null;
    case 'results-object':
      return { success: true };
    case 'rows-reversed':
      return results.map((result, index) => ({ ...Object(result), index })).reverse();
    case 'rows-reversed-unmarked':
      return [...results].reverse();
    default:
      return results;
  }
}
