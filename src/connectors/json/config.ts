import { z } from 'zod';
import { encodingKey } from '../../core/files/text-encoding.ts';
import { rowKeys } from '../../core/records/record-reader.ts';

export const jsonConfigSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('A file, a folder of .json, .ndjson and .jsonl files, or - for standard input. Each may be gzipped'),
  account: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Part of every external_id. Default: the name of the file or folder'),
  records: z
    .string()
    .min(1)
    .exactOptional()
    .describe(
      'Path of the list of records in a JSON document, such as data.customers. Default: the document is the list',
    ),
  format: z
    .enum(['auto', 'json', 'ndjson'])
    .default('auto')
    .describe('One JSON document, or one a line. auto goes by the name of the file, and for others by how it begins'),
  encoding: encodingKey,
  ...rowKeys,
});

export type JsonConfig = z.output<typeof jsonConfigSchema>;
