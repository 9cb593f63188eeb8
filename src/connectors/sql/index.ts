import { basename } from 'node:path';
import { defineConnector } from '../../core/connector.ts';
import { sqlConfigSchema } from './config.ts';
import { targetOf } from './postgres-target.ts';
import { createSqlSource } from './source.ts';

export const sql = defineConnector({
  specVersion: 1,
  name: 'sql',
  title: 'A query of a PostgreSQL or SQLite database',
  reads: 'rows',
  config: sqlConfigSchema,
  limits: { concurrent: 1 },
  account: ({ account, url, file = '' }) =>
    account ?? (url === undefined ? basename(file).replace(/\..*$/, '') : placeOf(url)),
  origin: ({ url, file }) => (url === undefined ? `file:${file}` : `postgres://${placeOf(url)}`),
  createSource: createSqlSource,
});

function placeOf(url: string): string {
  const { host, port, database } = targetOf(url);
  return `${host}${port === 5432 ? '' : `:${port}`}/${database}`;
}
