import { z } from 'zod';
import { originSchema, urlSchema } from '../../core/config/urls.ts';
import { rowKeys } from '../../core/rows.ts';

/** A REST API declared in the configuration. Paths into a reply are names joined by dots, such as `meta.next`. */

const secret = z.string().min(1).meta({ secret: true });
const path = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer'), token: secret.describe('Sent as Authorization: Bearer') }),
  z.strictObject({
    type: z.literal('basic'),
    username: secret.describe('Often an API key'),
    password: z.string().default('').meta({ secret: true }).describe('Empty or X where the key is the user name'),
  }),
  z.strictObject({
    type: z.literal('api_key'),
    in: z.enum(['header', 'query']).default('header'),
    name: z.string().min(1).describe('Name of the header or of the query parameter'),
    value: secret,
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    tokenUrl: urlSchema.describe('The token endpoint, a whole URL'),
    clientId: z.string().min(1),
    clientSecret: secret,
    refreshToken: secret
      .optional()
      .describe('With it: the refresh grant; rotated tokens are kept in the state. Without: client_credentials'),
    scope: z.string().optional(),
    credentialsIn: z.enum(['basic', 'body']).default('basic').describe('Where client id and secret go'),
  }),
]);

const paging = {
  hasMore: path.optional().describe('Where the reply says whether there is more; false or absent ends the scan'),
  in: z.enum(['query', 'body']).default('query').describe('Where the position is sent'),
};
const sized = {
  sizeParam: z.string().optional().describe('Name of the parameter for the size of a page'),
  size: z.int().min(1).optional(),
};

const pagination = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('page'),
    param: z.string().default('page'),
    start: z.int().default(1),
    ...sized,
    ...paging,
  }),
  z.strictObject({
    type: z.literal('offset'),
    param: z.string().default('offset'),
    start: z.int().default(0),
    ...sized,
    ...paging,
  }),
  z
    .strictObject({
      type: z.literal('cursor'),
      param: z.string().min(1).describe('Parameter that takes the cursor'),
      from: path.optional().describe('Where the reply gives the next cursor'),
      fromLastRecord: path.optional().describe('Where the last record of a page has it'),
      ...paging,
    })
    .refine(({ from, fromLastRecord }) => (from === undefined) !== (fromLastRecord === undefined), {
      path: ['from'],
      error: 'expected either from or fromLastRecord, and not both',
    }),
  z.strictObject({ type: z.literal('link') }).describe('The Link header with rel="next" (RFC 8288)'),
  z.strictObject({
    type: z.literal('next'),
    from: path.describe('Where the reply gives the whole URL of the next page'),
  }),
]);

export const httpConfigSchema = z.strictObject({
  baseUrl: originSchema.describe('Scheme, host and port of the API'),
  account: z.string().min(1).optional().describe('Part of every external_id. Default: the host of baseUrl'),
  auth: auth.default({ type: 'none' }),
  request: z.strictObject({
    path: z.string().regex(/^\//, 'expected a path that begins with /').describe('Such as /v1/customers'),
    method: z.enum(['GET', 'POST']).default('GET'),
    query: z.record(z.string(), scalar).default({}),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.record(z.string(), z.json()).optional().describe('Sent as JSON, with POST'),
  }),
  records: path
    .optional()
    .describe(
      'Where the reply has the list of records. Default: the reply is the list. As in all paths, a name that holds a dot is quoted: data["odata.items"]',
    ),
  ...rowKeys,
  pagination: pagination.default({ type: 'none' }),
  complete: z
    .boolean()
    .optional()
    .describe(
      'Whether a scan shows every record: what it does not show then counts as gone. Default: not for page and offset',
    ),
  incremental: z
    .strictObject({
      param: z.string().min(1).describe('Query parameter or header that takes the time'),
      in: z.enum(['query', 'header']).default('query'),
      format: z.enum(['iso', 'unix', 'unix_ms', 'http_date']).default('iso'),
      overlap: z.int().min(0).default(300).describe('Seconds that each read begins before the last one'),
    })
    .optional()
    .describe('How only changed records are asked for. Without it every sync reads everything'),
  error: path.optional().describe('Where a reply with status 200 says that it is an error'),
  rateLimit: z
    .strictObject({
      perSecond: z.number().positive().exactOptional(),
      perMinute: z.int().min(1).exactOptional(),
      concurrent: z.int().min(1).default(4),
    })
    .optional()
    .describe('What the API allows. Retry-After and 429 are obeyed whatever stands here'),
});

export type HttpSourceConfig = z.infer<typeof httpConfigSchema>;
export type Pagination = HttpSourceConfig['pagination'];
