import { z } from 'zod';
import { urlSchema } from '../config/urls.ts';

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const smtp = z.strictObject({
  host: z.string().min(1).describe('The mail server'),
  port: z.int().min(1).max(65_535).default(587).describe('Its port'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('starttls requires it; tls is for port 465; none is for a server on this machine'),
  user: z.string().min(1).optional().describe('Name to log in with'),
  password: z.string().min(1).meta({ secret: true }).optional().describe('Password to log in with'),
});

const target = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('webhook'),
    url: urlSchema.meta({ secret: true }).describe('Takes JSON with a `text`, as Slack and its like do'),
  }),
  z.strictObject({
    type: z.literal('email'),
    from: z.string().min(1).describe('Address of the sender'),
    to: oneOrMore.describe('Addresses of the receivers'),
    smtp: smtp.describe('How mail is sent'),
  }),
  z.strictObject({
    type: z.literal('command'),
    command: z
      .array(z.string())
      .min(1)
      .describe('A program and its arguments, run without a shell; the alert is JSON on its standard input'),
  }),
]);

const rules = z.strictObject({
  failedRuns: z
    .union([z.int().min(1), z.literal(false)])
    .default(1)
    .describe('This many syncs in a row failed or could not start'),
  rejectRate: z
    .union([z.string().regex(/^\d+(\.\d+)?%$/, 'expected a share such as 5%'), z.literal(false)])
    .default('5%')
    .describe('A sync rejected a larger share of the customers read'),
  rejectMinimum: z.int().min(1).default(10).describe('Fewer rejects than this never cause an alert by rate'),
  volumeSwing: z
    .union([z.number().min(2), z.literal(false)])
    .default(5)
    .describe(
      'A sync read this many times more or fewer customers than the median of the last syncs, or none where there always were some',
    ),
  noSuccess: z
    .union([z.int().min(1), z.literal(false)])
    .default(3)
    .describe('No sync has succeeded for this many intervals of `schedule`'),
  tokenExpiry: z
    .union([z.int().min(1), z.literal(false)])
    .default(14)
    .describe('Days before a token expires, or before the other system withdraws it'),
  heldDeactivations: z.boolean().default(true).describe('Deactivations wait because of `maxDeactivations`'),
});

export const alertsSchema = z.strictObject({
  targets: z.array(target).min(1).describe('Who is notified'),
  rules: rules.prefault({}).describe('What causes an alert; false switches a rule off'),
});

export type AlertTarget = z.output<typeof target>;
export type AlertRules = z.output<typeof rules>;
