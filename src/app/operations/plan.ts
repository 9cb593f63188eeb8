import { defined } from '../../core/defined.ts';
import { makePlan, type Plan } from '../../core/plan/make-plan.ts';
import { writePlan } from '../../core/plan/plan-file.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import { type Closeable, keepingParts, type OperationContext } from './context.ts';

export interface PlanOptions {
  /** Read every customer, not only those changed since the last sync. */
  readonly full?: boolean;
  /** Only these customers, by their keys in the source. */
  readonly keys?: readonly string[];
  /** Allow so many deactivations, in place of policies.maxDeactivations. */
  readonly allowDeactivations?: number;
}

/** What a sync would do. Holds customer data. Close it when it has been read. */
export interface SyncPlan extends Omit<Plan, 'close'>, Closeable {
  readonly pipeline: string;
  /** The account that would be written to. */
  readonly destination: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Writes it to a file, only for its owner to read, from which a sync carries it out. Throws ConfigError. */
  save(path: string): Promise<void>;
}

/** Finds out what a sync would do, without doing it. */
export async function plan(
  context: OperationContext<RunProgressEvent>,
  { full, keys = [], allowDeactivations }: PlanOptions = {},
): Promise<SyncPlan> {
  const { signal, onProgress, clock } = context;
  return await keepingParts(context, { write: true, online: true }, async ({ pipeline, context: call }) => {
    const made = await makePlan(
      pipeline,
      {
        signal,
        ...defined({ full }),
        ...(keys.length > 0 && { keys }),
        ...defined({ allowDeactivations }),
        ...(onProgress && { onProgress: (progress) => onProgress({ operation: 'plan', ...progress }) }),
      },
      call,
    );
    const createdAt = new Date(clock.now()).toISOString();
    return {
      ...made,
      pipeline: pipeline.name,
      destination: pipeline.identity.destinationOrigin,
      createdAt,
      save: (path: string) => writePlan(path, made, { ...pipeline, createdAt }),
    };
  });
}
