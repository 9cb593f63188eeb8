import { assertCan } from '../../../core/complete-sink.ts';
import type { RunReport } from '../../../core/domain/run/run-report.ts';
import type { MergeChoice, MergeDecision } from '../../../core/duplicates/decide-merge.ts';
import { decidePair, type MergeRules } from '../../../core/duplicates/merge-pair.ts';
import type { MergeOutcome } from '../../../core/duplicates/merge-results.ts';
import { mergeUsers } from '../../../core/duplicates/merge-users.ts';
import { reportInWords } from '../../hint.ts';
import type { PipelineParts } from '../../pipeline/pipeline-parts.ts';
import type { MergeProgressEvent } from '../../progress-event.ts';
import { type OperationContext, withParts } from '../context.ts';

/** What would become of one pair. */
export interface PlannedMerge {
  readonly group: string;
  /** Zendesk's ids. */
  readonly keep: string;
  readonly merge: string;
  /** `gone`: the user to merge is not there any more; whether it was merged, the merge finds out. */
  readonly action: MergeDecision['kind'];
  /** Of a skip. */
  readonly code?: string;
  readonly message?: string;
}

/** What a merge would do. Holds no customer data. */
export interface MergePlan {
  readonly pairs: readonly PlannedMerge[];
  readonly counts: { readonly merge: number; readonly gone: number; readonly skip: number };
  /** Pairs of which a user has an external id: with single sign-on by JWT or SAML, Zendesk refuses these. */
  readonly withExternalId: number;
}

export interface MergeOptions {
  /** Called with what the merge would do, if that is anything. Nothing is written unless it resolves to true. Absent: nobody is asked. */
  readonly approve?: (plan: MergePlan) => Promise<boolean>;
}

export type MergeResult =
  | {
      readonly kind: 'merged';
      readonly report: RunReport;
      /** Of each pair, in the order of the choices. After a failure or a stop: of those that were tried. */
      readonly outcomes: readonly MergeOutcome[];
    }
  | { readonly kind: 'declined'; readonly plan: MergePlan };

/** Looks at the chosen users, and says what a merge would do. Writes nothing. */
export async function planMerge(context: OperationContext, choices: readonly MergeChoice[]): Promise<MergePlan> {
  return await withParts(context, { write: false, online: false }, (parts) => lookAtAll(parts, choices));
}

/** Merges users of Zendesk. This cannot be undone. */
export async function merge(
  context: OperationContext<MergeProgressEvent>,
  choices: readonly MergeChoice[],
  { approve }: MergeOptions = {},
): Promise<MergeResult> {
  const { signal, onProgress, host } = context;
  return await withParts(context, { write: true, online: false, run: 'merge' }, async (parts) => {
    if (approve) {
      const plan = await lookAtAll(parts, choices);
      if (plan.counts.merge > 0 && !(await approve(plan))) return { kind: 'declined', plan };
    }
    const options = {
      choices,
      signal,
      ...rulesOf(parts),
      ...(onProgress && {
        onProgress: (done: number, total: number) => onProgress({ operation: 'merge', done, total }),
      }),
    };
    const { report, outcomes } = await mergeUsers(parts.pipeline, options, parts.context);
    return { kind: 'merged', report: reportInWords(report, host.wordsFor), outcomes };
  });
}

async function lookAtAll(parts: PipelineParts, choices: readonly MergeChoice[]): Promise<MergePlan> {
  const { pipeline, context } = parts;
  assertCan(pipeline.sink, 'merge');
  const pairs: PlannedMerge[] = [];
  const counts = { merge: 0, gone: 0, skip: 0 };
  let withExternalId = 0;
  const all = choices.flatMap(({ group, keep, merge: losers }) =>
    losers.map((chosen) => ({ group, keep, merge: chosen })),
  );
  for (let start = 0; start < all.length; start += pairsPerLook) {
    const part = all.slice(start, start + pairsPerLook);
    const ids = new Set(part.flatMap(({ keep, merge: chosen }) => [keep.id, chosen.id]));
    const seen = await pipeline.sink.merging.look([...ids], context);
    for (const { group, ...pair } of part) {
      const { kind: action, ...reason } = await decidePair(pipeline, pair, rulesOf(parts), seen);
      const [keep, chosen] = [pair.keep.id, pair.merge.id];
      counts[action] += 1;
      const isNamed = [keep, chosen].some((id) => seen.get(id)?.profile.externalId !== undefined);
      if (action === 'merge' && isNamed) withExternalId += 1;
      pairs.push({ group, keep, merge: chosen, action, ...reason });
    }
  }
  return { pairs, counts, withExternalId };
}

/** Two users each: as many as one call shows. */
const pairsPerLook = 50;

function rulesOf({ settings }: Pick<PipelineParts, 'settings'>): MergeRules {
  return { conflict: settings.config.policies.conflict };
}
