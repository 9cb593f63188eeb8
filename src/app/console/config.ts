import { z } from 'zod';
import { originSchema, urlSchema } from '../../core/config/urls.ts';

const names = z.array(z.string().min(1)).default([]);
const roles = z.enum(['viewer', 'operator']);

const token = z.strictObject({
  name: z.string().min(1).describe('Who has it, for the audit log'),
  role: roles.describe('viewer: reads, with customer data masked. operator: also acts'),
  token: z
    .string()
    .min(16, 'expected at least 16 characters, such as from: openssl rand -base64 32')
    .meta({ secret: true })
    .describe('The token, such as ${CONSOLE_TOKEN}'),
});

const proxyHeader = z.strictObject({
  addresses: z
    .array(z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'expected an address or a network such as 10.0.0.0/8'))
    .min(1)
    .describe('Addresses or networks of the proxy: from elsewhere the headers count for nothing'),
  user: z.string().min(1).default('x-forwarded-user').describe('The header with the name of the user'),
  groups: z.string().min(1).default('x-forwarded-groups').describe('The header with their groups, joined by commas'),
  operators: names.describe('Users and groups that may act'),
  viewers: names.describe('Users and groups that may read'),
});

const oidc = z.strictObject({
  issuer: urlSchema.describe('Of the identity provider, such as https://login.example.com'),
  clientId: z.string().min(1).describe('Of the client that is registered there'),
  clientSecret: z.string().min(1).meta({ secret: true }).optional().describe('Its secret; a public client has none'),
  scope: z.string().min(1).default('openid profile email').describe('What is asked for'),
  groupsClaim: z.string().min(1).default('groups').describe('The claim that holds the groups of a user'),
  operators: names.describe('Groups that may act'),
  viewers: names.describe('Groups that may read'),
});

/** The block `console:`. True switches the console on for this machine alone. */
export const consoleSchema = z.union([
  z.boolean(),
  z.strictObject({
    publicUrl: originSchema
      .optional()
      .describe('Scheme and host under which browsers reach the console, where that is not the address of the service'),
    auth: z
      .strictObject({
        tokens: z.array(token).default([]).describe('Tokens to sign in with'),
        proxyHeader: proxyHeader.optional().describe('A proxy in front has signed the user in'),
        oidc: oidc.optional().describe('Sign-in at an identity provider (OpenID Connect). Needs publicUrl'),
      })
      .prefault({})
      .describe('Who else may come in. Without it, only browsers on this machine, by a one-time link'),
  }),
]);

type Given = z.output<typeof consoleSchema>;
export type ConsoleConfig = Exclude<Given, boolean>;
export type OidcConfig = z.output<typeof oidc>;
export type ProxyConfig = z.output<typeof proxyHeader>;

/** Undefined: there is no console. */
export function consoleOf(given: Given | undefined): ConsoleConfig | undefined {
  if (given === undefined || given === false) return undefined;
  return given === true ? localConsole : given;
}

/** For whoever sits at this machine. */
export const localConsole: ConsoleConfig = { auth: { tokens: [] } };
