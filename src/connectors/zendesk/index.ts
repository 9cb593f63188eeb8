import type { DestinationConnector } from '../../core/destination.ts';
import { type ZendeskConfig, zendeskConfigSchema, zendeskOrigin, zendeskUserUrl } from './config.ts';
import { createFieldCoercer } from './fields/field-coercer.ts';
import { zendeskLimits } from './limits.ts';
import { zendeskConnection } from './oauth/oauth-setup.ts';
import { createZendeskSink } from './sink.ts';
import type { ZendeskUser } from './user.ts';

export const zendesk: DestinationConnector<ZendeskConfig, ZendeskUser> = {
  specVersion: 1,
  name: 'zendesk',
  title: 'Zendesk',
  config: zendeskConfigSchema,
  limits: zendeskLimits,
  origin: zendeskOrigin,
  userUrl: zendeskUserUrl,
  createFieldCoercer,
  createSink: createZendeskSink,
  connection: (options) => zendeskConnection('destination', options),
};
