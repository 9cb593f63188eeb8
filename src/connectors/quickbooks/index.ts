import { defineConnector } from '../../core/connector.ts';
import { quickbooksConfigSchema, quickbooksCustomerUrl, quickbooksOrigin } from './config.ts';
import { quickbooksConnection } from './connection.ts';
import { customerSchema } from './customer.ts';
import { quickbooksLimits } from './limits.ts';
import { lackingInclude } from './money/needs.ts';
import { createWebhookParser } from './parse-webhook.ts';
import { createQuickBooksSource } from './source.ts';

export const quickbooks = defineConnector({
  specVersion: 1,
  name: 'quickbooks',
  title: 'QuickBooks Online',
  reads: 'customers',
  config: quickbooksConfigSchema,
  record: customerSchema,
  limits: quickbooksLimits,
  account: ({ realmId }) => realmId,
  origin: quickbooksOrigin,
  accountLabel: ({ realmId }) => `QuickBooks company ${realmId}`,
  recordUrl: quickbooksCustomerUrl,
  whyNotRead: lackingInclude,
  parseWebhook: createWebhookParser,
  createSource: createQuickBooksSource,
  connection: quickbooksConnection,
});
