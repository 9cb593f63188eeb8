import { basename } from 'node:path';
import { defineConnector } from '../../core/connector.ts';
import { jsonConfigSchema } from './config.ts';
import { createJsonSource } from './source.ts';

export const json = defineConnector({
  specVersion: 1,
  name: 'json',
  title: 'JSON files: a list, a list inside a document, or one document per line',
  reads: 'rows',
  config: jsonConfigSchema,
  limits: { concurrent: 1 },
  account: ({ account, path }) => account ?? (path === '-' ? 'stdin' : basename(path).replace(/\..*$/, '')),
  accountLabel: ({ path }) => (path === '-' ? 'standard input' : basename(path)),
  origin: ({ path }) => `file:${path}`,
  createSource: createJsonSource,
});
