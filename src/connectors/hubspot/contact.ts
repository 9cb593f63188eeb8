import { z } from 'zod';

/**
 * https://developers.hubspot.com/docs/api/crm/contacts. Properties are text, whatever their type. Only what identifies and
 * places a contact is required.
 */
export const contact = z.looseObject({
  id: z.string().min(1),
  properties: z.record(z.string(), z.string().nullable()).optional(),
  createdAt: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime().optional(),
  archived: z.boolean(),
  archivedAt: z.iso.datetime().optional(),
});
export type Contact = z.output<typeof contact>;

const identified = z.object({ id: z.string().min(1) });

/** Undefined for a row that has none. */
export function idOf(row: unknown): string | undefined {
  return identified.safeParse(row).data?.id;
}

/** `after` of the last page is left out, and so is all of `paging`. */
export const contactPage = z.looseObject({
  results: z.array(z.unknown()),
  /** Of a search: how many contacts it has found. Only shown, so one that is odd is left out. */
  total: z.int().min(0).optional().catch(undefined),
  paging: z.looseObject({ next: z.looseObject({ after: z.string().min(1) }).optional() }).optional(),
});

/** In no order that is promised, and without those that are not there any more (then with status 207). */
export const contactBatch = z.looseObject({ results: z.array(z.unknown()) });

export const propertyList = z.looseObject({
  results: z.array(z.looseObject({ name: z.string(), label: z.string(), type: z.string() })),
});
