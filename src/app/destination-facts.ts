import { z } from 'zod';
import type { CompleteSink } from '../core/complete-sink.ts';
import type { CallContext } from '../core/domain/context.ts';
import type { DestinationSchema } from '../core/domain/field-schema.ts';
import type { Json } from '../core/domain/json.ts';
import type { PipelineId } from '../core/domain/pipeline.ts';
import type { StateStore } from '../core/state/store.ts';

const fields = z.array(
  z.object({
    key: z.string(),
    type: z.string(),
    title: z.string().exactOptional(),
    isActive: z.boolean(),
    options: z.array(z.object({ value: z.string(), label: z.string() })).exactOptional(),
    regexp: z.string().exactOptional(),
    tag: z.string().exactOptional(),
    target: z.string().exactOptional(),
  }),
);
const stored: z.ZodType<DestinationSchema> = z.object({
  fields,
  organizationFields: fields.exactOptional(),
  locales: z.array(z.string()).exactOptional(),
});

/** Reads what the destination's account has (fields, settings), and stores the answer for commands that do not ask. */
export async function fetchDestinationSchema<P>({
  sink,
  store,
  id,
  context,
}: {
  readonly sink: CompleteSink<P>;
  readonly store: StateStore;
  readonly id: PipelineId;
  readonly context: CallContext;
}): Promise<DestinationSchema | undefined> {
  const facts = await sink.facts(context);
  // Facts hold JSON values only; the compiler can't see that an interface does.
  if (facts) await store.saveFacts(id, facts as unknown as Json);
  return facts;
}

/** The last stored answer. Undefined if the destination was never asked, or by another version of Rolodesk. */
export async function cachedAccountSchema(store: StateStore, id: PipelineId): Promise<DestinationSchema | undefined> {
  return stored.safeParse(await store.facts(id)).data;
}
