import { z } from 'zod';
import type { Json } from '../../../core/domain/json.ts';

/** What many documents of the console's API share. Its texts say what the reference says. */

export const json: z.ZodType<Json> = z.json();
export const time = z.iso.datetime().describe('ISO 8601, in UTC');
export const count = z.int().min(0);

/** Under this name a schema says that its value is a customer's data: viewers get it masked. */
export const customerDataMark = 'x-customer-data';

export function customerData<S extends z.ZodType>(schema: S): S {
  return schema.meta({ ...schema.meta(), [customerDataMark]: true });
}

/** Any text of a customer: a name, an address, what was found. */
export const privateText = customerData(z.string());
/** Any value of a customer, or several. */
export const privateValue = customerData(json);

export const maxPageSize = 200;

export const pageQuery = z.strictObject({
  cursor: z.string().max(2_000).optional().describe('`next` of the page before'),
  limit: z.coerce.number<number | string>().int().min(1).max(maxPageSize).default(50),
});

/** A page by keyset: `next` is the cursor of the next one, null at the end. */
export function pageOf<I extends z.ZodType>(item: I) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export const nothing = z.strictObject({});

/** In the words of the command line. */
export const failure = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().exactOptional().describe('What a person should do'),
});

export const errorAnswer = z.strictObject({ error: failure });

/** A person must open a customer or a user at the other system to settle some of what waits. */
export const recordUrls = z.strictObject({ customer: z.string().nullable(), user: z.string().nullable() });

export const tallies = z.strictObject({
  read: count,
  created: count,
  updated: count,
  unchanged: count,
  skipped: count,
  rejected: count,
});

export const warning = z.looseObject({ code: z.string(), message: z.string() });

/** What a sync costs, and which limit sets the time. */
export const estimate = z.strictObject({
  calls: z.record(z.string(), count).describe('Kind of call → number, with their sum as `total`'),
  expectedMs: z.number(),
  limitedBy: z.string(),
});

/** Field → [before, after]. */
export const fieldChanges = z.record(z.string(), z.tuple([privateValue, privateValue]));
