import { z } from 'zod';
import type { Remedy } from '../domain/remedy.ts';
import type { RunRow } from '../state/store.ts';

const stored = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().exactOptional(),
    remedy: z.custom<Remedy>((value) => typeof value === 'object' && value !== null && 'kind' in value).exactOptional(),
    exitCode: z.number(),
    side: z.enum(['source', 'destination']).exactOptional(),
  }),
});
export type StoredFailure = z.infer<typeof stored>['error'];

/** Why a past run failed. Undefined where it did not, or its process died. */
export function failureOf({ report }: Pick<RunRow, 'report'>): StoredFailure | undefined {
  return stored.safeParse(report).data?.error;
}
