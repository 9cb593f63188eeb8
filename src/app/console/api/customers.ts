import { z } from 'zod';
import { get } from './endpoint.ts';
import { result } from './runs.ts';
import { failure, json, pageOf, pageQuery, privateText, privateValue, recordUrls, time } from './schemas.ts';

const found = z.strictObject({
  key: z.string(),
  name: privateText.nullable(),
  email: privateText.nullable(),
  destinationId: z.string().nullable(),
  standing: z.enum(['linked', 'deactivated', 'rejected', 'waiting']),
  code: z.string().exactOptional().describe('Why it is rejected or waits'),
});

const link = z.strictObject({
  key: z.string(),
  externalId: z.string(),
  destinationId: z.string(),
  origin: z.enum(['created', 'adopted', 'matched', 'linked']),
  sent: z.record(z.string(), privateValue),
  stored: z.record(z.string(), privateValue).exactOptional(),
  writtenAt: time,
  deactivated: z.string().exactOptional(),
});

/** What `show --customer KEY --json` prints, and what a page shows besides. */
const customer = z.strictObject({
  key: z.string(),
  link: link.nullable(),
  address: privateText.nullable(),
  deadLetter: z
    .looseObject({
      key: z.string(),
      code: z.string(),
      message: z.string(),
      detail: privateText.exactOptional(),
      record: privateValue,
      run: z.string(),
      at: time,
      blockedByUserId: z.string().exactOptional(),
      blockedByEmail: privateText.exactOptional(),
      due: z.boolean(),
    })
    .nullable(),
  history: z.array(
    result.extend({ run: z.string(), previousLastSent: z.record(z.string(), privateValue).exactOptional() }),
  ),
  name: privateText.nullable(),
  urls: recordUrls,
  /** A skip that is decided again when its cause may have changed. */
  waiting: z.strictObject({ reason: z.string(), meaning: z.string().exactOptional(), due: z.boolean() }).nullable(),
});

/** One field of the user: which rule made it, of what, and what Zendesk has. */
const comparedField = z.strictObject({
  target: z.string(),
  /** As it is written. */
  rule: z.string().nullable(),
  /** File and line. */
  place: z.string().exactOptional(),
  /** Paths of the record that the rule reads, with what stands there. */
  reads: z.array(z.strictObject({ path: z.string(), value: privateValue })),
  mapped: privateValue.describe('What the mapping makes of the record now; null: nothing'),
  sent: privateValue.describe('What was sent last; null: nothing'),
  user: privateValue.describe('What Zendesk has; null: nothing'),
  state: z.enum(['same', 'differs', 'not-written']),
});

/** Read from both sides just now. */
const comparison = z.strictObject({
  key: z.string(),
  /** Null: the source has no such record (any more), or cannot read one by its key: see `failure`. */
  record: privateValue,
  user: privateValue,
  result: z.enum(['payload', 'skip', 'reject', 'unknown']),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  fields: z.array(comparedField),
  failure: failure.exactOptional(),
  facts: json.exactOptional(),
});

const one = '/api/v1/pipelines/{pipeline}/customers';

export const customerEndpoints = {
  searchCustomers: get({
    path: one,
    summary: 'Customers that the state knows, by key, name, e-mail address or Zendesk id; for viewers by key or id.',
    role: 'viewer',
    query: pageQuery.extend({ q: z.string().max(200).default('') }),
    answer: pageOf(found),
  }),
  getCustomer: get({
    path: `${one}/{key}`,
    summary: 'What is kept about a customer: its user, its address, its history, and why it waits.',
    role: 'viewer',
    answer: customer,
  }),
  compareCustomer: get({
    path: `${one}/{key}/comparison`,
    summary: 'Its record next to its user, field by field, read from both sides now.',
    role: 'viewer',
    answer: comparison,
  }),
} as const;
