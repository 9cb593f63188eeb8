import { countHeld } from '../../../core/pipeline/held-reasons.ts';
import { failureOf } from '../../../core/report/stored-failure.ts';
import type { PipelineOverview } from '../../../core/service/overview.ts';
import type { Glance } from '../../../core/state/service/glance.ts';
import type { Answer } from '../api/index.ts';

type Summary = Answer<'listPipelines'>['items'][number];
export type Verdict = Summary['verdict'];
type Need = Summary['needs'][number];

/** How a pipeline stands, and what waits for a person there: as `status` finds it, without its connections. */
export function classify(
  glance: Glance | undefined,
  { view, isOverdue }: { readonly view: PipelineOverview | undefined; readonly isOverdue: boolean },
): { readonly verdict: Verdict; readonly needs: readonly Need[] } {
  const last = glance?.runs[0];
  const needs = [...failures(glance, view), ...(isOverdue ? [overdue] : []), ...waiting(glance)];
  const refusedAt = view?.refused?.at;
  const isRefused = refusedAt !== undefined && refusedAt > (last?.startedAt ?? 0);
  if (!last && !isRefused) return { verdict: 'new', needs };
  const isRunning = last?.outcome === 'running';
  const isWell = last?.outcome === 'completed' || last?.outcome === 'held' || (isRunning && !wasFailing(glance));
  if (isRefused || isOverdue || !isWell) return { verdict: 'failing', needs };
  return { verdict: needs.length > 0 ? 'attention' : 'ok', needs };
}

const overdue: Need = { kind: 'overdue', message: 'Several runs were due since the last success.', act: 'sync' };

/** Of a run in progress nobody knows yet: the one before it counts. */
function wasFailing(glance: Glance | undefined): boolean {
  const before = glance?.runs[1];
  return before?.outcome === 'failed' || before?.outcome === 'paused';
}

function failures(glance: Glance | undefined, view: PipelineOverview | undefined): readonly Need[] {
  const last = glance?.runs[0];
  const refused = view?.refused;
  if (refused && refused.at > (last?.startedAt ?? 0))
    return [{ kind: 'refused', message: `The last run could not start (${refused.code}).`, act: 'reconnect' }];
  if (!last) return [];
  if (last.outcome === 'paused')
    return [{ kind: 'failed', message: 'The last run was stopped before its end.', act: 'sync' }];
  if (last.outcome !== 'failed') return [];
  const failure = failureOf(last);
  // As an AuthError has it.
  if (failure?.exitCode === 3) return [{ kind: 'connection', message: failure.message, act: 'reconnect' }];
  return [{ kind: 'failed', message: failure?.message ?? 'The process of the last run died.', act: 'open-run' }];
}

function waiting(glance: Glance | undefined): readonly Need[] {
  if (!glance) return [];
  const { pauseReason, deadLetters, pending } = glance;
  const held = countHeld(pending);
  const needs: Need[] = [];
  if (pauseReason !== undefined)
    needs.push({ kind: 'paused', message: `Nothing is written until somebody resumes: ${pauseReason}`, act: 'resume' });
  if (held > 0)
    needs.push({
      kind: 'held',
      count: held,
      message: `${held} ${held === 1 ? 'deactivation waits' : 'deactivations wait'} for approval.`,
      act: 'allow-deactivations',
    });
  if (deadLetters > 0)
    needs.push({
      kind: 'rejects',
      count: deadLetters,
      message: `${deadLetters} ${deadLetters === 1 ? 'customer was' : 'customers were'} rejected.`,
      act: 'open-rejects',
    });
  return needs;
}

const ranks: Readonly<Record<Verdict, number>> = { failing: 0, attention: 1, new: 2, ok: 3 };

export function rankOf(verdict: Verdict): number {
  return ranks[verdict];
}
