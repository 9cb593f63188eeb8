import { z } from 'zod';
import { get, post } from './endpoint.ts';
import { customerData, json, warning } from './schemas.ts';

const fieldOfRecord = z.strictObject({
  path: z.string(),
  type: z.string(),
  title: z.string().exactOptional(),
});

const userField = z.strictObject({
  /** As a mapping writes it, such as `user_fields.member_level`. */
  target: z.string(),
  type: z.string(),
  title: z.string().exactOptional(),
  rule: z.string().exactOptional().describe('The rule that fills it now'),
  place: z.string().exactOptional(),
});

const mapping = z.strictObject({
  /** The block `mapping:` as YAML: where the playground begins. */
  text: z.string(),
  /** JSON schema of that block, for completion. */
  schema: json,
  source: z.array(fieldOfRecord),
  user: z.array(userField),
  /** A mapping in code: rules are applied before it, and the playground cannot run it with other rules. */
  isCode: z.boolean(),
});

const problem = z.strictObject({
  message: z.string(),
  /** Of the text that was sent; 1 is the first line. */
  line: z.int().exactOptional(),
  path: z.string().exactOptional(),
});

const mapped = z.strictObject({
  key: z.string(),
  source: customerData(json),
  result: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('payload'),
      payload: customerData(json),
      omitted: z.array(z.strictObject({ target: z.string(), why: z.string() })).exactOptional(),
      unchecked: z.array(z.strictObject({ target: z.string(), why: z.string() })).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('skip'), reason: z.string(), message: z.string() }),
    z.strictObject({
      kind: z.literal('reject'),
      code: z.string(),
      message: z.string(),
      detail: customerData(z.string()).exactOptional(),
    }),
  ]),
});

const one = '/api/v1/pipelines/{pipeline}/mapping';

export const mappingEndpoints = {
  getMapping: get({
    path: one,
    summary: 'The mapping in use, and the fields of both sides as they are known without asking.',
    role: 'operator',
    answer: mapping,
  }),
  previewMapping: post({
    path: `${one}/preview`,
    summary: 'Maps records through a mapping that is sent. Nothing is saved, and Zendesk is not called.',
    role: 'operator',
    body: z.strictObject({
      mapping: z.string().max(100_000).describe('YAML of the block `mapping:`'),
      /** One of: these records, those of these keys, or the first ones of the source. */
      records: z
        .array(z.strictObject({ key: z.string().max(500), data: z.record(z.string(), json) }))
        .max(20)
        .exactOptional(),
      keys: z.array(z.string().min(1).max(500)).max(20).exactOptional(),
      limit: z.int().min(1).max(20).exactOptional(),
    }),
    answer: z.strictObject({
      records: z.array(mapped),
      problems: z.array(problem),
      warnings: z.array(warning),
    }),
  }),
} as const;
