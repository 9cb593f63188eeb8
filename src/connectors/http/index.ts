import { defineConnector } from '../../core/connector.ts';
import { httpConnection } from './auth/connection.ts';
import { httpConfigSchema } from './config.ts';
import { createHttpSource } from './source.ts';

export const http = defineConnector({
  specVersion: 1,
  name: 'http',
  title: 'Any REST API, declared in the configuration',
  reads: 'records of a list',
  config: httpConfigSchema,
  limits: { concurrent: 4 },
  limitsOf({ rateLimit }) {
    if (!rateLimit) return undefined;
    const { headers: _, ...limits } = rateLimit;
    return limits;
  },
  account: ({ account, baseUrl }) => account ?? new URL(baseUrl).host,
  accountLabel: ({ baseUrl }) => new URL(baseUrl).host,
  origin: ({ baseUrl }) => baseUrl,
  createSource: createHttpSource,
  connection: httpConnection,
});
