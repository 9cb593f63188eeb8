import { z } from 'zod';

/** How a declared API deals out its pages. */

const path = z.string().min(1);

const paging = {
  hasMore: path
    .optional()
    .describe('Path of the value that says whether there are more pages; false or absent ends the read'),
  in: z
    .enum(['query', 'body'])
    .default('query')
    .describe('Where the position is sent. In a body, param may be a path such as variables.after'),
};
const total = path
  .optional()
  .describe(
    'Path of the number of all records in the response, such as meta.total or header:X-Total-Count: progress then shows a percentage',
  );
const counted = {
  sizeParam: z.string().optional().describe('Name of the parameter for the size of a page'),
  size: z.int().min(1).optional(),
  ...paging,
  total,
  endsAtTotal: z
    .boolean()
    .default(false)
    .describe('The read ends when total records were read, for APIs that give their last page again and again'),
  totalPages: path
    .optional()
    .describe(
      'Path of the number of pages, such as meta.total_pages or header:X-WP-TotalPages: the read ends with the last',
    ),
};

export const paginationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z
    .strictObject({ type: z.literal('page'), param: z.string().default('page'), start: z.int().default(1), ...counted })
    .refine(hasTotal, { path: ['total'], error: 'endsAtTotal needs it' }),
  z
    .strictObject({
      type: z.literal('offset'),
      param: z.string().default('offset'),
      start: z.int().default(0),
      ...counted,
    })
    .refine(hasTotal, { path: ['total'], error: 'endsAtTotal needs it' }),
  z
    .strictObject({
      type: z.literal('cursor'),
      param: z
        .string()
        .min(1)
        .optional()
        .describe('Parameter that takes the cursor. Left out: it stands for {cursor} in the request'),
      start: z
        .union([z.string(), z.number()])
        .optional()
        .describe('The cursor of the first page. Default: none is sent; an empty text for {cursor}'),
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

function hasTotal({ endsAtTotal, total }: { readonly endsAtTotal: boolean; readonly total?: string | undefined }) {
  return !endsAtTotal || total !== undefined;
}
