import { z } from 'zod';
import { originSchema } from '../../core/config/urls.ts';
import { defaultJobsInFlight } from './limits.ts';

const secret = z.string().min(1).meta({ secret: true });

const auth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('oauth'),
    clientId: z.string().min(1).describe("The OAuth client's identifier"),
    clientSecret: secret.describe("The OAuth client's secret"),
    refreshToken: secret.optional().describe('With it: the refresh grant. Without: client_credentials'),
  }),
  z.strictObject({
    type: z.literal('api_token'),
    email: z.string().min(3).describe("The agent's e-mail address"),
    token: secret.describe('An API token. Zendesk ends API tokens on 2027-04-30'),
  }),
  z.strictObject({ type: z.literal('bearer'), token: secret.describe('An OAuth access token') }),
]);

export const zendeskConfigSchema = z
  .strictObject({
    connector: z.literal('zendesk'),
    subdomain: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/i, 'expected the part of the address before .zendesk.com, such as "acme"')
      .optional()
      .describe('The part of the address before .zendesk.com'),
    baseUrl: originSchema.optional().describe('An origin instead of a subdomain, for the sandbox or a proxy'),
    auth,
    reserve: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.2)
      .describe("Share of the account's request budget that is left to others"),
    bulk: z.enum(['auto', 'always', 'never']).default('auto').describe('Whether users are written by bulk jobs'),
    maxJobs: z
      .int()
      .min(1)
      .max(30)
      .default(defaultJobsInFlight)
      .describe('Jobs in flight at once, of the 30 of the account'),
  })
  .refine(({ subdomain, baseUrl }) => (subdomain === undefined) !== (baseUrl === undefined), {
    path: ['subdomain'],
    error: 'expected either subdomain or baseUrl, and not both',
  });

export type ZendeskConfig = z.infer<typeof zendeskConfigSchema>;

export function zendeskOrigin({ subdomain, baseUrl }: Pick<ZendeskConfig, 'subdomain' | 'baseUrl'>): string {
  return baseUrl ?? `https://${subdomain?.toLowerCase()}.zendesk.com`;
}
