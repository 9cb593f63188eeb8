import { z } from 'zod';
import { type AccountConfig, accountKeys, oneAddress, zendeskOrigin } from '../config.ts';

export const sourceConfigSchema = z
  .strictObject({
    ...accountKeys,
    account: z
      .string()
      .min(1)
      .optional()
      .describe('Part of every external_id. Default: the subdomain, or the host of baseUrl'),
    roles: z
      .array(z.enum(['end-user', 'agent', 'admin']))
      .min(1)
      .default(['end-user'])
      .describe('Roles to read. Agents and admins become end users: Rolodesk creates no others'),
    keepExternalIds: z
      .boolean()
      .default(false)
      .describe(
        "Users and organizations keep the external_id that they have in this account, if any. Otherwise each gets an id of Rolodesk's own",
      ),
  })
  .refine(oneAddress.holds, oneAddress.problem);
export type SourceConfig = z.output<typeof sourceConfigSchema>;

/** Ids are unique within an account only. */
export function accountOf({
  account,
  ...config
}: Pick<AccountConfig, 'subdomain' | 'baseUrl'> & { account?: string | undefined }): string {
  const { host } = new URL(zendeskOrigin(config));
  return account ?? host.replace(/\.zendesk\.com$/, '');
}
