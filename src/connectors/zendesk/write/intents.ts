import { z } from 'zod';
import { ContractError } from '../../../core/domain/errors.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import { upgradeIntent } from './earlier-intents.ts';

/**
 * What a row of a batch is about to write. The state keeps it until the row's outcome is recorded. It is enough to find
 * out after a crash whether the write happened, and to record the link if it did. The kind of an intent says what is
 * written and why.
 */

const json: z.ZodType<Json> = z.json();
const fields: z.ZodType<Fields> = z.record(z.string(), json);
const texts = z.array(z.string()).readonly();

const directoryUser = z
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

/** The user that is written, and its link after the write. */
const target = {
  key: z.string(),
  id: z.string(),
  externalId: z.string(),
  origin: z.enum(['created', 'adopted', 'matched', 'linked']),
  /** What counts as sent once the row is written. */
  sent: fields,
  /** The user as it was last seen. */
  user: directoryUser.exactOptional(),
};

/** How the link marks the user as deactivated, once the row is written. */
const deactivated = z.string().exactOptional();

const relatedChange = z.object({ from: z.array(json).readonly(), to: z.array(json).readonly() }).readonly();

/** What is written to the user. */
const change = {
  set: fields,
  tags: z.object({ add: texts, remove: texts }).readonly(),
  related: z
    .object({
      organizations: relatedChange.exactOptional(),
      emails: relatedChange.exactOptional(),
      phones: relatedChange.exactOptional(),
    })
    .readonly(),
  /** Old values of what is written. */
  before: fields,
  deactivated,
};

const keepAddress = z.object({ kind: z.literal('keep') }).readonly();
/** `from`: an address that we wrote, to be removed. */
const moveAddress = z.object({ kind: z.literal('move'), to: z.string(), from: z.string().exactOptional() }).readonly();
/** Another user has the address: the other fields are written, and the row is rejected with this. */
const blockedAddress = z
  .object({ kind: z.literal('blocked'), message: z.string(), blockedByUserId: z.string() })
  .readonly();
const releasedAddress = z.object({ kind: z.literal('release'), address: z.string() }).readonly();

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
    onlyIfUnchanged: z.boolean(),
  })
  .readonly();

/**
 * Update a user to match its customer. `adopt` and `takeover` say how the two were matched, `deactivate` that the
 * customer is inactive.
 */
const updateIntent = z
  .object({
    kind: z.enum(['update', 'adopt', 'takeover', 'deactivate']),
    ...target,
    ...change,
    address: z.discriminatedUnion('kind', [keepAddress, moveAddress, blockedAddress]),
    /** What we had last sent of what is written. */
    previousLastSent: fields,
    /** What of it is written only because it is empty in Zendesk. */
    ifEmpty: texts,
    /** Approved as it is: look at the user just before, and write nothing if an old value is not `before`'s. */
    onlyIfUnchanged: z.boolean(),
    skipVerifyEmail: z.boolean(),
  })
  .readonly();

/** Release an address that we wrote, so that a cycle of changes can be resolved. Nothing else is written. */
const releaseEmailIntent = z
  .object({ kind: z.literal('release-email'), ...target, address: z.string(), deactivated })
  .readonly();

/** Give a user its old values back. */
const revertIntent = z
  .object({
    kind: z.literal('revert'),
    ...target,
    ...change,
    address: z.discriminatedUnion('kind', [keepAddress, moveAddress, releasedAddress]),
    /** The customer and the user belong together no more once this is written. */
    unlinksCustomer: z.boolean(),
  })
  .readonly();

/** Delete the user of an inactive customer, or, in an undo, one that the run had created. */
const deleteIntent = z.object({ kind: z.enum(['delete', 'revert-create']), ...target }).readonly();

const intent = z.discriminatedUnion('kind', [
  createIntent,
  updateIntent,
  releaseEmailIntent,
  revertIntent,
  deleteIntent,
]);

export type CreateIntent = z.infer<typeof createIntent>;
export type UpdateIntent = z.infer<typeof updateIntent>;
export type ReleaseEmailIntent = z.infer<typeof releaseEmailIntent>;
export type RevertIntent = z.infer<typeof revertIntent>;
export type DeleteIntent = z.infer<typeof deleteIntent>;
export type Intent = z.infer<typeof intent>;
/** Intents that write fields. */
export type ChangeIntent = UpdateIntent | RevertIntent;
/** Intents that write to an existing user without deleting it. */
export type ExistingUserIntent = ChangeIntent | ReleaseEmailIntent;

export const keep = { kind: 'keep' } as const;

/** Reads an intent back from the state, also one that an earlier version left there. */
export function parseIntent(stored: Json): Intent {
  const parsed = intent.safeParse(upgradeIntent(stored));
  if (parsed.success) return parsed.data;
  throw new ContractError('A write that an earlier run left in the state cannot be read.', {
    code: 'intent',
    hint: 'The state file was written by another version of Rolodesk. Finish the run with that version.',
  });
}

export function isCreate(one: Intent): one is CreateIntent {
  return one.kind === 'create';
}

export function isDelete(one: Intent): one is DeleteIntent {
  return one.kind === 'delete' || one.kind === 'revert-create';
}

export function isToExistingUser(one: Intent): one is ExistingUserIntent {
  return !isCreate(one) && !isDelete(one);
}

export function isChange(one: ExistingUserIntent): one is ChangeIntent {
  return one.kind !== 'release-email';
}
