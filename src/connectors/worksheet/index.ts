import { basename } from 'node:path';
import { defineConnector } from '../../core/connector.ts';
import { worksheetConfigSchema } from './config.ts';
import { createWorksheetSource } from './source.ts';

export const worksheet = defineConnector({
  specVersion: 1,
  name: 'worksheet',
  title: 'Spreadsheets: .xlsx, .csv and .tsv',
  reads: 'rows',
  config: worksheetConfigSchema,
  limits: { concurrent: 1 },
  account: ({ account, path }) => account ?? (path === '-' ? 'stdin' : basename(path).replace(/\.[^.]*$/, '')),
  accountLabel: ({ path }) => (path === '-' ? 'standard input' : basename(path)),
  origin: ({ path }) => `file:${path}`,
  createSource: createWorksheetSource,
});
