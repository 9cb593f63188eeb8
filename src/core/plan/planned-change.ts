import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defined } from '../defined.ts';
import type { Json } from '../domain/json.ts';
import type { Result } from '../domain/result.ts';
import { stableJson } from '../stable-json.ts';

const json: z.ZodType<Json> = z.json();

export const plannedActions = [
  'create',
  'update',
  'adopt',
  'deactivate',
  'skip',
  'conflict',
  'reject',
  /** Nothing is written; that the record and its user belong together, or who holds an address, is noted in the state. */
  'note',
] as const;
export type PlannedAction = (typeof plannedActions)[number];

/** What is to become of one record. `fields` holds old and new value of everything that is written. */
export const plannedChange = z
  .strictObject({
    key: z.string(),
    action: z.enum(plannedActions),
    code: z.string().exactOptional(),
    message: z.string().exactOptional(),
    /** What was found, with customer data. */
    detail: z.string().exactOptional(),
    destinationId: z.string().exactOptional(),
    fields: z.record(z.string(), z.tuple([json, json]).readonly()).readonly(),
  })
  .readonly();
export type PlannedChange = z.infer<typeof plannedChange>;

/** A run's result as the plan of it. */
export function toPlannedChange({
  key,
  outcome,
  code,
  message,
  detail,
  destinationId,
  changes,
}: Result): PlannedChange {
  const action = actionOf(outcome, code);
  return {
    key,
    action,
    fields: changes ?? {},
    ...defined({ code, message, detail }),
    ...(destinationId !== undefined && action !== 'create' && { destinationId }),
  };
}

function actionOf(outcome: Result['outcome'], code: string | undefined): PlannedAction {
  switch (outcome) {
    case 'created':
      return 'create';
    case 'updated':
      if (code === 'adopt' || code === 'takeover') return 'adopt';
      return code === 'deactivate' ? 'deactivate' : 'update';
    case 'unchanged':
      return 'note';
    case 'skipped':
      return 'skip';
    case 'rejected':
      return code === 'external-id-conflict' ? 'conflict' : 'reject';
    default:
      return outcome satisfies never;
  }
}

/** Equal for two changes that write the same to the same user, from the same old values. */
export function digestOf({ action, destinationId, fields }: PlannedChange): string {
  const written = stableJson([action, destinationId ?? null, fields]);
  return createHash('sha256').update(written).digest('base64url').slice(0, 22);
}
