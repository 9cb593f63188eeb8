import { z } from 'zod';
import { secretSchema } from '../../core/config/secret.ts';
import { rowKeys } from '../../core/records/record-reader.ts';
import { targetProblem } from './postgres-target.ts';
import { hasQuestionMark, queryProblem, usesSince } from './query.ts';

const column = z.string().min(1);

export const sqlConfigSchema = z
  .strictObject({
    url: secretSchema
      .superRefine((url, { addIssue }) => {
        const problem = targetProblem(url);
        if (problem !== undefined) addIssue(problem);
      })
      .exactOptional()
      .describe('A PostgreSQL database: postgres://user:password@host:5432/database'),
    password: secretSchema.exactOptional().describe('In place of the one in url, where some letters must be escaped'),
    file: z
      .string()
      .min(1)
      .exactOptional()
      .describe('A file of SQLite, in place of url. It is opened for reading only'),
    account: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Part of every external_id. Default: host and database, or the name of the file'),
    query: z
      .string()
      .superRefine((query, { addIssue }) => {
        const problem = queryProblem(query);
        if (problem !== undefined) addIssue(problem);
      })
      .describe('One SELECT, whose columns are the fields of a record. It may contain :since if incremental is set'),
    key: z
      .union([column, z.array(column).min(1)])
      .default('id')
      .describe('The column with the stable identity, or several'),
    updatedAt: rowKeys.updatedAt.describe('The column with the time of the last change'),
    parent: rowKeys.parent,
    inactive: rowKeys.inactive,
    deleted: rowKeys.deleted,
    incremental: column
      .exactOptional()
      .describe(
        'A column that never falls when a row changes, such as updated_at. Without it every sync reads all rows',
      ),
    overlap: z
      .number()
      .min(0)
      .default(300)
      .describe(
        "How far before the column's greatest value the next read starts: seconds, or a number for a column of numbers",
      ),
    pageSize: z.int().min(1).max(10_000).default(1000).describe('Rows that are fetched at once'),
    connectTimeout: z.number().positive().max(300).default(10).describe('Seconds. PostgreSQL'),
    statementTimeout: z
      .number()
      .positive()
      .max(86_400)
      .default(300)
      .describe('Seconds that the server may take for each page. PostgreSQL'),
    tls: z
      .enum(['verify', 'encrypt', 'off'])
      .exactOptional()
      .describe(
        'encrypt accepts any certificate. Default: verify, and off for this machine; or what sslmode in url says',
      ),
    ca: z.string().min(1).exactOptional().describe('A file with the certificate authority of the server, in PEM'),
  })
  .refine(({ url, file }) => (url === undefined) !== (file === undefined), {
    path: ['url'],
    error: 'expected either url or file, and not both',
  })
  .refine(({ query, incremental }) => incremental !== undefined || !usesSince(query), {
    path: ['query'],
    error: ':since has a value only where incremental names a column',
  })
  .refine(({ query, file }) => file === undefined || !hasQuestionMark(query), {
    path: ['query'],
    error: 'the parameter ? has no value: only :since has one',
  });

export type SqlConfig = z.output<typeof sqlConfigSchema>;
