import { z } from 'zod';
import { originSchema, urlSchema } from '../../core/config/urls.ts';
import { isTimeZone } from './money/calendar.ts';

const secret = z.string().min(1).meta({ secret: true });

export const quickbooksConfigSchema = z.strictObject({
  environment: z
    .enum(['production', 'sandbox'])
    .default('production')
    .describe("Intuit's production or its sandbox companies"),
  realmId: z
    .string()
    // As QuickBooks shows it, in groups.
    .regex(
      /^\s*\d[\d\s]*$/,
      'expected digits in quotes. QuickBooks shows the company id under Settings, Account and settings, Billing and subscription',
    )
    .overwrite((text) => text.replaceAll(/\s/g, ''))
    .describe('The company id; "0" until `rolodesk connect quickbooks` has written it'),
  clientId: z.string().min(1).describe("The Intuit app's client id"),
  clientSecret: secret.describe("The Intuit app's client secret"),
  refreshToken: secret
    .optional()
    .describe(
      'An OAuth refresh token of the company, unless you use `rolodesk connect quickbooks`; rotated ones are stored in the state',
    ),
  baseUrl: originSchema.optional().describe('An origin instead of the environment, for the sandbox or a proxy'),
  tokenUrl: urlSchema.optional().describe("A whole URL instead of Intuit's token endpoint"),
  webhookVerifierToken: secret
    .optional()
    .describe("The verifier token of the Intuit app's webhooks: with it, Rolodesk receives changes as they happen"),
  authorizeUrl: urlSchema.optional().describe("A whole URL instead of Intuit's sign-in page"),
  revokeUrl: urlSchema.optional().describe("A whole URL instead of Intuit's revoke endpoint"),
  include: z
    .array(z.enum(['overdue', 'lastInvoice', 'customFields']))
    .default([])
    .describe(
      'What is read of customers besides: `overdue` and `lastInvoice` for `Money` (docs/money.md), `customFields` for `CustomFields`. Each is read where the mapping names it',
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, 'expected the name of a time zone, such as America/New_York')
    .optional()
    .describe("Where an invoice's due date ends. Default: the company's own time zone, or UTC if it has none"),
  skipProjects: z.boolean().default(true).describe('Leave out customers that are projects'),
});

export type QuickBooksConfig = z.infer<typeof quickbooksConfigSchema>;

const origins = {
  production: 'https://quickbooks.api.intuit.com',
  sandbox: 'https://sandbox-quickbooks.api.intuit.com',
} as const;

export function quickbooksOrigin({ baseUrl, environment }: Pick<QuickBooksConfig, 'baseUrl' | 'environment'>): string {
  return baseUrl ?? origins[environment];
}

const pages = { production: 'https://app.qbo.intuit.com', sandbox: 'https://app.sandbox.qbo.intuit.com' };

/** A customer's page, in the company that the browser is signed in to. An API elsewhere has no pages that we know of. */
export function quickbooksCustomerUrl(
  { baseUrl, environment }: Pick<QuickBooksConfig, 'baseUrl' | 'environment'>,
  id: string,
): string | undefined {
  if (baseUrl !== undefined) return undefined;
  return `${pages[environment]}/app/customerdetail?nameId=${encodeURIComponent(id)}`;
}

export function quickbooksTokenUrl({ tokenUrl }: Pick<QuickBooksConfig, 'tokenUrl'>): string {
  return tokenUrl ?? 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer';
}

/** Name of the stored token: one for each company, and for each place that gives tokens. */
export function quickbooksCredential(config: Pick<QuickBooksConfig, 'realmId' | 'tokenUrl'>): string {
  return `quickbooks ${config.realmId} ${quickbooksTokenUrl(config)}`;
}

export function quickbooksAuthorizeUrl({ authorizeUrl }: Pick<QuickBooksConfig, 'authorizeUrl'>): string {
  return authorizeUrl ?? 'https://appcenter.intuit.com/connect/oauth2';
}

export function quickbooksRevokeUrl({ revokeUrl }: Pick<QuickBooksConfig, 'revokeUrl'>): string {
  return revokeUrl ?? 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke';
}

/** Stands in a configuration whose company nobody has signed in to yet. */
export const unknownRealm = '0';
