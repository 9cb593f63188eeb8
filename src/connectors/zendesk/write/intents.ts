import { z } from 'zod';
import { ContractError } from '../../../core/domain/errors.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';

/**
 * What a row of a batch will do, as it is kept in the state until its outcome is recorded: enough to find out after a
 * crash whether it was done, and to record the link if it was.
 */

const json: z.ZodType<Json> = z.json();
const fields: z.ZodType<Fields> = z.record(z.string(), json);

const directoryUser: z.ZodType<DirectoryUser> = z
  .object({
    id: z.string(),
    externalId: z.string().exactOptional(),
    email: z.string().exactOptional(),
    role: z.string(),
    active: z.boolean(),
    fields: fields.exactOptional(),
    updatedAt: z.number(),
  })
  .readonly();

const change = z.object({ from: z.array(json), to: z.array(json) }).readonly();
const related = z
  .object({ organizations: change.exactOptional(), emails: change.exactOptional(), phones: change.exactOptional() })
  .readonly();

const createIntent = z
  .object({
    kind: z.literal('create'),
    key: z.string(),
    externalId: z.string(),
    /** Flat fields as mapped. */
    mapped: fields,
    skipVerifyEmail: z.boolean(),
    verified: z.boolean().exactOptional(),
    /** Approved as a create: a user that turns out to be there already is not adopted. */
    onlyIfUnchanged: z.boolean().exactOptional(),
  })
  .readonly();

const updateIntent = z
  .object({
    kind: z.literal('update'),
    key: z.string(),
    id: z.string(),
    externalId: z.string(),
    /** How it came about: `adopt`, `deactivate`, `takeover`. */
    code: z.string().exactOptional(),
    origin: z.enum(['created', 'adopted', 'matched', 'linked']),
    set: fields,
    tags: z
      .object({ add: z.array(z.string()), remove: z.array(z.string()) })
      .readonly()
      .exactOptional(),
    email: z.object({ to: z.string(), from: z.string().exactOptional() }).readonly().exactOptional(),
    related: related.exactOptional(),
    /** The address can't be had; the other fields are written and the row is rejected with this. */
    emailRefusal: z
      .object({ message: z.string(), blockedByUserId: z.string().exactOptional() })
      .readonly()
      .exactOptional(),
    /** Give this address of ours up, so that a circle of changes can begin. Nothing else is written. */
    releaseEmail: z.string().exactOptional(),
    sent: fields,
    before: fields,
    /** What we had last sent of what is written. */
    previousLastSent: fields.exactOptional(),
    user: directoryUser.exactOptional(),
    deactivated: z.string().exactOptional(),
    /** Approved as it is: look at the user just before, and write nothing if an old value is not `before`'s. */
    onlyIfUnchanged: z.boolean().exactOptional(),
    /** What of it is written only because it is empty in Zendesk. */
    ifEmpty: z.array(z.string()).exactOptional(),
    /** The customer and the user belong together no more once this is written. */
    unlinksCustomer: z.boolean().exactOptional(),
    skipVerifyEmail: z.boolean(),
  })
  .readonly();

const deleteIntent = z
  .object({
    kind: z.literal('delete'),
    key: z.string(),
    id: z.string(),
    externalId: z.string(),
    origin: z.enum(['created', 'adopted', 'matched', 'linked']),
    sent: fields,
    user: directoryUser.exactOptional(),
    /** `deactivate` where absent. */
    code: z.string().exactOptional(),
    unlinksCustomer: z.boolean().exactOptional(),
  })
  .readonly();

const intent = z.discriminatedUnion('kind', [createIntent, updateIntent, deleteIntent]);

export type CreateIntent = z.infer<typeof createIntent>;
export type UpdateIntent = z.infer<typeof updateIntent>;
export type DeleteIntent = z.infer<typeof deleteIntent>;
export type Intent = z.infer<typeof intent>;

/** Reads an intent back from the state. */
export function parseIntent(stored: Json): Intent {
  const parsed = intent.safeParse(withPresentNames(stored));
  if (parsed.success) return parsed.data;
  throw new ContractError('A write that an earlier run left in the state can not be read.', {
    code: 'intent',
    hint: 'The state file was written by another version of Rolodesk. Finish the run with that version.',
  });
}

/** Names under which earlier versions left the same in the state. */
const earlierNames: Readonly<Record<string, string>> = {
  beside: 'related',
  dropsLink: 'unlinksCustomer',
  guarded: 'onlyIfUnchanged',
  letGo: 'releaseEmail',
  sentBefore: 'previousLastSent',
  watchedId: 'blockedByUserId',
};

function withPresentNames(stored: Json): Json {
  if (!isObject(stored)) return stored;
  const present = Object.entries(stored).map(([name, value]) => [
    earlierNames[name] ?? name,
    // The other members hold customers' values, whose names are not ours to change.
    name === 'emailRefusal' ? withPresentNames(value) : value,
  ]);
  return Object.fromEntries(present);
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
