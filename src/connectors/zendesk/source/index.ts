import { defineConnector } from '../../../core/connector.ts';
import { zendeskOrigin, zendeskUserUrl } from '../config.ts';
import { zendeskLimits } from '../limits.ts';
import { zendeskConnection } from '../oauth/oauth-setup.ts';
import { accountOf, sourceConfigSchema } from './config.ts';
import { zendeskRecordSchema } from './record.ts';
import { createZendeskSource } from './source.ts';

/** Another Zendesk account's users, for migrations. */
export const zendeskSource = defineConnector({
  specVersion: 1,
  name: 'zendesk',
  title: 'Another Zendesk account',
  reads: 'users',
  config: sourceConfigSchema,
  record: zendeskRecordSchema,
  limits: zendeskLimits,
  account: accountOf,
  origin: zendeskOrigin,
  accountLabel: (config) => new URL(zendeskOrigin(config)).host,
  recordUrl: zendeskUserUrl,
  createSource: createZendeskSource,
  connection: (options) => zendeskConnection('source', options),
});
