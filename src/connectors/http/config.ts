import { z } from 'zod';
import { originSchema } from '../../core/config/urls.ts';
import { rowKeys } from '../../core/records/record-reader.ts';
import { authSchema } from './auth/config.ts';
import { paginationSchema } from './config-pagination.ts';
import { placeholdersIn } from './placeholders.ts';

/** A REST API declared in the configuration. Paths into a reply are names joined by dots, such as `meta.next`. */

const path = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const timeUnit = z.enum(['s', 'ms', 'epoch_s', 'epoch_ms', 'date']);

const request = z.strictObject({
  path: z.string().regex(/^\//, 'expected a path that begins with /').describe('Such as /v1/customers'),
  method: z.enum(['GET', 'POST']).default('GET'),
  query: z
    .record(z.string(), scalar)
    .default({})
    .describe('{since}, {until} and {cursor} are filled in here, in path, in headers and in body'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.record(z.string(), z.json()).optional().describe('Sent as JSON, with POST'),
});

const incremental = z.strictObject({
  param: z
    .string()
    .min(1)
    .optional()
    .describe('Query parameter or header for the time. Left out where {since} stands in the request or in query'),
  in: z.enum(['query', 'header']).default('query'),
  query: z
    .record(z.string(), scalar)
    .default({})
    .describe('Query parameters of a read that asks for changes alone, with {since} in their values'),
  format: z
    .enum(['iso', 'iso_ms', 'iso_offset', 'date_time', 'date', 'unix', 'unix_ms', 'http_date'])
    .default('iso')
    .describe(
      'All in UTC: 2026-01-31T09:00:00Z (also a SOQL literal), …00.000Z, …00+00:00, 2026-01-31 09:00:00, 2026-01-31, seconds, milliseconds, an HTTP date',
    ),
  initial: z.iso
    .datetime({ offset: true })
    .default('1970-01-01T00:00:00Z')
    .describe('What {since} in the request stands for in a read of everything'),
  overlap: z.int().min(0).default(300).describe('Each read starts this many seconds before the last one started'),
});

const throttled = z.strictObject({
  path: path.describe('Path of the code of an error, such as errors[0].extensions.code'),
  is: z.union([scalar, z.array(scalar)]).describe('The value, or the list of values, that asks for patience'),
});

const rateHeaders = z.strictObject({
  limit: z.string().optional(),
  remaining: z.string().optional(),
  reset: z.string().optional().describe('When the budget is new'),
  resetIn: timeUnit
    .default('s')
    .describe('What reset is in: seconds or milliseconds from now or since 1970, or a date'),
  retryAfter: z.string().optional().describe('How long to wait after a refusal. Default: Retry-After'),
  retryAfterIn: timeUnit.default('s'),
});

export const httpConfigSchema = z
  .strictObject({
    baseUrl: originSchema.describe('Scheme, host and port of the API'),
    account: z.string().min(1).optional().describe('Part of every external_id. Default: the host of baseUrl'),
    auth: authSchema.default({ type: 'none' }),
    request,
    records: path
      .optional()
      .describe(
        'Path of the list of records in the response. Default: the response is the list. As in all paths, quote a name that contains a dot: data["odata.items"]',
      ),
    recordAt: path
      .optional()
      .describe('Path of the record in an item of the list, such as customer or node. Default: the item is the record'),
    ...rowKeys,
    pagination: paginationSchema.default({ type: 'none' }),
    complete: z
      .boolean()
      .optional()
      .describe(
        'Whether a read shows every record: what it does not show then counts as gone. Default: true, except for page and offset',
      ),
    incremental: incremental
      .optional()
      .describe('How to request only changed records. Without it every sync reads everything'),
    error: path.optional().describe('Path of an error in a response with status 200'),
    throttled: throttled
      .optional()
      .describe('An error that asks for patience, in a response of any status but 429, which always does'),
    rateLimit: z
      .strictObject({
        perSecond: z.number().positive().exactOptional(),
        perMinute: z.int().min(1).exactOptional(),
        concurrent: z.int().min(1).default(4),
        headers: rateHeaders
          .exactOptional()
          .describe('Names of the headers in which the API says what is left, where they are not the usual ones'),
      })
      .optional()
      .describe("The API's rate limit. Rolodesk obeys Retry-After and 429 in any case"),
  })
  .refine(({ request, incremental: changes }) => changes || !placeholdersIn(request).has('since'), {
    path: ['incremental'],
    error: 'the request names {since}: say here in which format, such as format: iso',
  })
  .refine(
    ({ request, incremental: changes }) =>
      !changes || changes.param !== undefined || placeholdersIn([request, changes.query]).has('since'),
    { path: ['incremental', 'param'], error: 'expected param, or {since} in the request or in incremental.query' },
  )
  .refine(
    ({ request, pagination }) =>
      pagination.type !== 'cursor' || pagination.param !== undefined || placeholdersIn(request).has('cursor'),
    { path: ['pagination', 'param'], error: 'expected param, or {cursor} in the request' },
  );

export type HttpSourceConfig = z.infer<typeof httpConfigSchema>;
export type Pagination = HttpSourceConfig['pagination'];
