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

/** Which account it is, who asks, and how much of its budget: the same for a source and a destination. */
export const accountKeys = {
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
    .describe("Share of the account's request budget that is left to other apps"),
} as const;

export const oneAddress = {
  holds: ({ subdomain, baseUrl }: ZendeskAddress): boolean => (subdomain === undefined) !== (baseUrl === undefined),
  problem: { path: ['subdomain'], error: 'expected either subdomain or baseUrl, and not both' },
};

export const zendeskConfigSchema = z
  .strictObject({
    connector: z.literal('zendesk'),
    ...accountKeys,
    bulk: z.enum(['auto', 'always', 'never']).default('auto').describe('Whether users are written by bulk jobs'),
    maxJobs: z
      .int()
      .min(1)
      .max(30)
      .default(defaultJobsInFlight)
      .describe('Jobs in flight at once, of the 30 of the account'),
  })
  .refine(oneAddress.holds, oneAddress.problem);

export type ZendeskConfig = z.infer<typeof zendeskConfigSchema>;
/** What speaking to an account takes. */
export type AccountConfig = Pick<ZendeskConfig, 'subdomain' | 'baseUrl' | 'auth' | 'reserve'>;
type ZendeskAddress = { readonly subdomain?: string | undefined; readonly baseUrl?: string | undefined };

/** The block of the configuration that an account is named in: messages say what to look at. */
export type Block = 'source' | 'destination';

export function zendeskOrigin({ subdomain, baseUrl }: ZendeskAddress): string {
  return baseUrl ?? `https://${subdomain?.toLowerCase()}.zendesk.com`;
}

/** A user's page in the agent's view. */
export function zendeskUserUrl(config: ZendeskAddress, id: string): string {
  return `${zendeskOrigin(config)}/agent/users/${encodeURIComponent(id)}`;
}
