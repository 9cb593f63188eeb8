import { z } from 'zod';
import { encodingKey } from '../../core/files/text-encoding.ts';

const column = z.union([
  z.string().min(1).describe('The heading of a column'),
  z.strictObject({ column: z.string().regex(/^[A-Z]{1,3}$/, 'expected the letters of a column, such as C') }),
]);
export type Column = z.output<typeof column>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const when = z.strictObject({
  column,
  is: z.union([scalar, z.array(scalar)]).describe('The value, or the list of values, that means this'),
});

export const worksheetConfigSchema = z.strictObject({
  path: z.string().min(1).describe('A file: .xlsx, .csv or .tsv; or - for standard input'),
  format: z
    .enum(['auto', 'xlsx', 'csv'])
    .default('auto')
    .describe('auto goes by how the file begins, whatever its name'),
  account: z.string().min(1).exactOptional().describe('Part of every external_id. Default: the name of the file'),
  sheet: z
    .union([z.string().min(1), z.int().min(1)])
    .default(1)
    .describe('Name of the sheet, or its number from 1. A number beyond the last sheet may be a name: 2024'),
  headerRow: z.int().min(0).default(1).describe('Row with the column headers, from 1; 0: there are none, use letters'),
  key: column.describe('The column with the stable identity of a customer'),
  columns: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and underscores'), column)
    .default({})
    .describe('Names for columns, so that a mapping can say level instead of a header or a letter'),
  parent: column.exactOptional().describe("The column with the key of the customer's parent, which is written first"),
  inactive: when.exactOptional().describe('How to recognize an inactive customer'),
  hiddenRows: z.enum(['read', 'skip']).default('read').describe('Rows that a filter hides'),
  delimiter: z
    .string()
    .length(1)
    .exactOptional()
    .describe('Of .csv files. Default: detected among comma, semicolon, tab and bar'),
  encoding: encodingKey,
});

export type WorksheetConfig = z.output<typeof worksheetConfigSchema>;
