import { z } from 'zod';

/** https://developers.hubspot.com/docs/api/crm/contacts. Properties are text, whatever their type. */
export const contact = z.looseObject({
  id: z.string().min(1),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  archived: z.boolean(),
  archivedAt: z.iso.datetime().optional(),
});
export type Contact = z.output<typeof contact>;

/** `after` of the last page is left out, and so is all of `paging`. */
export const contactPage = z.looseObject({
  results: z.array(contact),
  paging: z.looseObject({ next: z.looseObject({ after: z.string().min(1) }).optional() }).optional(),
});

export const propertyList = z.looseObject({
  results: z.array(z.looseObject({ name: z.string(), label: z.string(), type: z.string() })),
});
