import { defined } from '../../../core/defined.ts';
import type { SinkPolicies } from '../../../core/destination.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import type { CustomField, DestinationSchema } from '../../../core/domain/field-schema.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { Block } from '../config.ts';
import { tagsOfFields, toCustomField } from '../fields/definitions.ts';
import { type SettingsInUse, settingWarnings } from './account-settings.ts';

interface Identity {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** What a run learns of the Zendesk account: who we are, its settings, and its custom fields. Each is asked for once. */
export function createAccount({
  api,
  fields,
  inactive,
}: {
  readonly api: ZendeskApi;
  readonly fields: readonly string[];
  readonly inactive: SinkPolicies['inactive'];
}) {
  let use: SettingsInUse | undefined;
  let known: DestinationSchema | undefined;
  let owned: ReadonlySet<string> = new Set();
  let identity: Identity | undefined;

  async function currentUser(signal: AbortSignal): Promise<Identity> {
    identity ??= await assertIdentity(api, { block: 'destination', signal });
    return identity;
  }

  async function settingsInUse(signal: AbortSignal): Promise<SettingsInUse> {
    await currentUser(signal);
    use ??= { settings: await api.accountSettings(signal), fields, inactive };
    return use;
  }

  async function ask(context: CallContext): Promise<DestinationSchema | undefined> {
    const { signal, warn } = context;
    for (const warning of settingWarnings(await settingsInUse(signal))) warn(warning);
    const ofUsers = await readable(api.userFields, context);
    if (!ofUsers) return undefined;
    const hasOrganizations = fields.includes('organizations');
    const ofOrganizations = hasOrganizations ? await readable(api.organizationFields, context) : undefined;
    const locales = fields.includes('locale') ? await readable(api.locales, context) : undefined;
    return {
      fields: ofUsers.map(toCustomField),
      ...(ofOrganizations && { organizationFields: ofOrganizations.map(toCustomField) }),
      ...defined({ locales }),
    };
  }

  return {
    identity: currentUser,
    settingsInUse,
    /** Whether a user can be in several organizations, as far as the account lets us know. */
    multipleOrganizations: async (signal: AbortSignal): Promise<boolean> =>
      (await settingsInUse(signal)).settings?.multiple_organizations !== false,
    /** Undefined where the account does not let us see them. */
    async facts(context: CallContext): Promise<DestinationSchema | undefined> {
      known ??= await ask(context);
      owned = tagsOfFields(known?.fields ?? []);
      return known;
    },
    /** The fields are about to change. */
    forget(): void {
      known = undefined;
    },
    customFields: (): readonly CustomField[] => known?.fields ?? [],
    ownedTags: (): ReadonlySet<string> => owned,
  };
}

/** Undefined where it may not be read, with a warning. */
async function readable<T>(
  read: (signal: AbortSignal) => Promise<T>,
  { signal, warn }: CallContext,
): Promise<T | undefined> {
  try {
    return await read(signal);
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'forbidden') throw error;
    const message =
      'The Zendesk user or token may not read the custom fields: values are not checked before they are written.';
    warn({ code: 'fields-unknown', message });
    return undefined;
  }
}

export type Account = ReturnType<typeof createAccount>;

/** Bad credentials answer 200 with an "Anonymous user" that has no id (recorded): only a numeric id and a staff role will do. */
export async function assertIdentity(
  api: Pick<ZendeskApi, 'me'>,
  { block, signal }: { readonly block: Block; readonly signal: AbortSignal },
): Promise<Identity> {
  const { id, name, role } = await api.me(signal);
  if (typeof id !== 'number' || !role || role === 'end-user') {
    throw new AuthError('Zendesk does not know these credentials: it answers as an anonymous user.', {
      code: 'zendesk-anonymous',
      hint: `Check ${block}.auth: the token may be revoked, or belong to another subdomain or to an end user.`,
    });
  }
  return { id, role, name: name ?? 'without a name' };
}
