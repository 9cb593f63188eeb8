import { z } from 'zod';
import { urlSchema } from '../../../core/config/urls.ts';

/** How a declared API authenticates us. */

const secret = z.string().min(1).meta({ secret: true });
const params = z.record(z.string(), z.string());
const tokenLifetime = z
  .int()
  .min(60)
  .default(3600)
  .describe('Seconds after which a token is renewed if the vendor does not say how long it lives');

const oauth2 = z.strictObject({
  type: z.literal('oauth2'),
  tokenUrl: urlSchema.describe('The token endpoint, a whole URL'),
  clientId: z.string().min(1),
  clientSecret: secret,
  refreshToken: secret
    .optional()
    .describe('With it: the refresh grant; rotated tokens are stored in the state. Without: client_credentials'),
  scope: z.string().optional(),
  credentialsIn: z.enum(['basic', 'body', 'json']).default('basic').describe('Where client id and secret go'),
  authorizeUrl: urlSchema
    .optional()
    .describe(
      'The page on which a person signs in. With it, a person connects the source, and the tokens are stored in the state',
    ),
  authorizeParams: params.default({}).describe('What that page wants in addition, such as access_type: offline'),
  revokeUrl: urlSchema
    .optional()
    .describe('Where tokens are revoked (RFC 7009) when the source is disconnected. Without it, that is done by hand'),
  pkce: z.boolean().default(true).describe('Whether the sign-in sends a PKCE challenge (S256)'),
  tokenParams: params.default({}).describe('What the token endpoint wants in addition, such as audience'),
  tokenLifetime,
  scheme: z
    .string()
    .regex(/^[\w-]+$/)
    .default('Bearer')
    .describe('The word before the token in the Authorization header'),
});

const jwtBearer = z.strictObject({
  type: z.literal('jwt_bearer'),
  tokenUrl: urlSchema.describe('The token endpoint, a whole URL'),
  issuer: z.string().min(1).describe('The client: iss of the assertion'),
  subject: z.string().optional().describe('The user in whose name records are read: sub'),
  audience: z.string().optional().describe('aud. Default: tokenUrl'),
  scope: z.string().optional().describe('scope, where the vendor reads it from the assertion'),
  privateKey: secret.describe('The RSA key that signs (RS256), in PEM. Its lines may be joined by \\n'),
  keyId: z.string().optional().describe('kid of the key'),
  tokenLifetime,
  lifetime: z.int().min(30).max(3600).default(180).describe('Seconds after which the assertion expires'),
});

const oauth1 = z.strictObject({
  type: z.literal('oauth1'),
  consumerKey: z.string().min(1),
  consumerSecret: secret,
  token: secret,
  tokenSecret: secret,
  realm: z.string().optional().describe('Of NetSuite: the account id'),
  signature: z.enum(['HMAC-SHA256', 'HMAC-SHA1']).default('HMAC-SHA256'),
});

export const authSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer'), token: secret.describe('Sent as Authorization: Bearer') }),
  z.strictObject({
    type: z.literal('basic'),
    username: secret.describe('Often an API key'),
    password: z.string().default('').meta({ secret: true }).describe('Empty, or X if the key is the user name'),
  }),
  z.strictObject({
    type: z.literal('api_key'),
    in: z.enum(['header', 'query']).default('header'),
    name: z.string().min(1).describe('Name of the header or of the query parameter'),
    value: secret,
  }),
  oauth2,
  jwtBearer,
  oauth1,
]);

export type OAuth2Config = z.infer<typeof oauth2>;
export type JwtBearerConfig = z.infer<typeof jwtBearer>;
export type OAuth1Config = z.infer<typeof oauth1>;
