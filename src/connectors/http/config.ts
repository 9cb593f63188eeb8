import { z } from 'zod';
import { originSchema, urlSchema } from '../../core/config/urls.ts';
import { rowKeys } from '../../core/records/record-reader.ts';

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
    password: z.string().default('').meta({ secret: true }).describe('Empty, or X if the key is the user name'),
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
      .describe('With it: the refresh grant; rotated tokens are stored in the state. Without: client_credentials'),
    scope: z.string().optional(),
    credentialsIn: z.enum(['basic', 'body']).default('basic').describe('Where client id and secret go'),
  }),
]);

const paging = {
  hasMore: path
    .optional()
    .describe('Path of the value that says whether there are more pages; false or absent ends the read'),
  in: z.enum(['query', 'body']).default('query').describe('Where the position is sent'),
};
const total = path
  .optional()
  .describe('Path of the number of all records in the response, such as meta.total: progress then shows a percentage');
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
    total,
  }),
  z.strictObject({
    type: z.literal('offset'),
    param: z.string().default('offset'),
    start: z.int().default(0),
    ...sized,
    ...paging,
    total,
  }),
  z
    .strictObject({
      type: z.literal('cursor'),
      param: z.string().min(1).describe('Parameter that takes the cursor'),
      from: path.optional().describe('Path of the next cursor in the response'),
      fromLastRecord: path.optional().describe('Path of the next cursor in the last record of a page'),
      ...paging,
      total,
    })
    .refine(({ from, fromLastRecord }) => (from === undefined) !== (fromLastRecord === undefined), {
      path: ['from'],
      error: 'expected either from or fromLastRecord, and not both',
    }),
  z.strictObject({ type: z.literal('link'), total }).describe('The Link header with rel="next" (RFC 8288)'),
  z.strictObject({
    type: z.literal('next'),
    from: path.describe("Path of the next page's URL in the response"),
    total,
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
      'Path of the list of records in the response. Default: the response is the list. As in all paths, quote a name that contains a dot: data["odata.items"]',
    ),
  ...rowKeys,
  pagination: pagination.default({ type: 'none' }),
  complete: z
    .boolean()
    .optional()
    .describe(
      'Whether a read shows every record: what it does not show then counts as gone. Default: true, except for page and offset',
    ),
  incremental: z
    .strictObject({
      param: z.string().min(1).describe('Query parameter or header for the time'),
      in: z.enum(['query', 'header']).default('query'),
      format: z.enum(['iso', 'unix', 'unix_ms', 'http_date']).default('iso'),
      overlap: z.int().min(0).default(300).describe('Each read starts this many seconds before the last one started'),
    })
    .optional()
    .describe('How to request only changed records. Without it every sync reads everything'),
  error: path.optional().describe('Path of an error in a response with status 200'),
  rateLimit: z
    .strictObject({
      perSecond: z.number().positive().exactOptional(),
      perMinute: z.int().min(1).exactOptional(),
      concurrent: z.int().min(1).default(4),
    })
    .optional()
    .describe("The API's rate limit. Rolodesk obeys Retry-After and 429 in any case"),
});

export type HttpSourceConfig = z.infer<typeof httpConfigSchema>;
export type Pagination = HttpSourceConfig['pagination'];
