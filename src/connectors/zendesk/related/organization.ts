import { z } from 'zod';
import type { Json } from '../../../core/domain/json.ts';

const json: z.ZodType<Json> = z.json();

/** An organization as a mapper hands it to the sink: the fields that the mapping names, under Zendesk's names. */
export const organization = z.strictObject({
  /** Lower case; ours. */
  external_id: z.string(),
  name: z.string(),
  details: z.string().exactOptional(),
  notes: z.string().exactOptional(),
  domain_names: z.array(z.string()).exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  organization_fields: z.record(z.string(), json).exactOptional(),
});
export type ZendeskOrganization = z.infer<typeof organization>;

/** As they stand in a link or an intent, where a mapper's own have been put. */
export function organizationsOf(values: readonly Json[]): readonly ZendeskOrganization[] {
  return values.flatMap((value) => organization.safeParse(value).data ?? []);
}
