import { defineConnector } from '../../core/connector.ts';
import { quickbooksConfigSchema, quickbooksOrigin } from './config.ts';
import { quickbooksConnection } from './connection.ts';
import { customerSchema } from './customer.ts';
import { createHear } from './hear.ts';
import { quickbooksLimits } from './limits.ts';
import { createQuickBooksSource } from './source.ts';

export const quickbooks = defineConnector({
  name: 'quickbooks',
  title: 'QuickBooks Online',
  reads: 'customers',
  config: quickbooksConfigSchema,
  record: customerSchema,
  limits: quickbooksLimits,
  account: ({ realmId }) => realmId,
  origin: quickbooksOrigin,
  hear: createHear,
  createSource: createQuickBooksSource,
  connection: quickbooksConnection,
});
