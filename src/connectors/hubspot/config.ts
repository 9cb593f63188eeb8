import { z } from 'zod';
import { secretSchema } from '../../core/config/secret.ts';
import { originSchema } from '../../core/config/urls.ts';

export const hubspotConfigSchema = z.strictObject({
  portalId: z
    .string()
    .regex(/^\d+$/, 'expected digits')
    .describe('The Hub ID, as the account menu shows it. Part of every external_id'),
  token: secretSchema.describe('The access token of a private app with the scope crm.objects.contacts.read'),
  properties: z
    .array(z.string().regex(/^\w+$/, 'expected the internal name of a property'))
    .default(['firstname', 'lastname', 'email', 'phone', 'mobilephone', 'company'])
    .describe('Properties of a contact to request, in addition to those that the mapping and the filter name'),
  baseUrl: originSchema.default('https://api.hubapi.com').describe('Origin of the API, for a proxy'),
});

export type HubspotConfig = z.output<typeof hubspotConfigSchema>;
