import type { SourceConnector } from '../../core/contracts.ts';
import { type QuickBooksConfig, quickbooksConfigSchema, quickbooksOrigin } from './config.ts';
import { customerSchema, type QuickBooksCustomer } from './customer.ts';
import { quickbooksLimits } from './limits.ts';
import { createQuickBooksSource } from './source.ts';

export const quickbooks: SourceConnector<QuickBooksConfig, QuickBooksCustomer> = {
  name: 'quickbooks',
  title: 'QuickBooks Online',
  config: quickbooksConfigSchema,
  record: customerSchema,
  limits: quickbooksLimits,
  account: ({ realmId }) => realmId.toLowerCase(),
  origin: quickbooksOrigin,
  createSource: createQuickBooksSource,
};
