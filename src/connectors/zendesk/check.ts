import type { CallContext, CheckLine, CheckResult } from '../../core/domain/context.ts';
import { AuthError } from '../../core/domain/errors.ts';
import type { CustomField, DestinationSchema } from '../../core/domain/field-schema.ts';
import type { Account } from './account/account.ts';
import { type SettingsInUse, settingLines } from './account/account-settings.ts';
import type { ZendeskApi } from './api/api.ts';
import { problemOfIdentityField } from './api/identity-field.ts';
import type { ZendeskConfig } from './config.ts';
import { anyField, customPrefix } from './fields/definitions.ts';
import { readRubyRegexp } from './fields/ruby-regexp.ts';

/** Who we are, and whether a run will have what it needs. Writes nothing. */
export async function checkZendesk({
  api,
  config,
  account,
  fields,
  identityField,
  context,
}: {
  readonly api: ZendeskApi;
  readonly config: ZendeskConfig;
  readonly account: Account;
  readonly fields: readonly string[];
  readonly identityField: string | undefined;
  readonly context: CallContext;
}): Promise<CheckResult> {
  const { signal } = context;
  const who = await account.identity(signal);
  const lines = [
    roleLine(who.role),
    authLine(config),
    fieldsLine(await account.facts(context), fields),
    ...(identityField === undefined ? [] : [identityLine(await account.facts(context), identityField)]),
    ...(await organizationLines(api, { role: who.role, fields, signal })),
    ...settingLines(await account.settingsInUse(signal)),
    await bulkLine(api, config, signal),
  ];
  const mails = mailLine(await account.settingsInUse(signal));
  return { identity: `${who.name} (Zendesk user ${who.id}, ${who.role})`, lines: [...lines, mails] };
}

function roleLine(role: string): CheckLine {
  if (role === 'admin') return { ok: true, title: 'rights', detail: 'admin: may export, delete and undo' };
  return {
    ok: 'warning',
    title: 'rights',
    detail: `${role}: works, but lists all users in every run. Use an admin for the incremental export`,
  };
}

/** Admins may look for organizations by name, and agents of some custom roles (official spec): which, only a try shows. */
async function organizationLines(
  api: Pick<ZendeskApi, 'organizationNamed'>,
  { role, fields, signal }: { readonly role: string; readonly fields: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly CheckLine[]> {
  if (role === 'admin' || !fields.includes('organizations')) return [];
  const title = 'organizations';
  try {
    await api.organizationNamed('Rolodesk', signal);
    return [{ ok: true, title, detail: 'may be searched' }];
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'forbidden') throw error;
    const detail = `may not be searched by this ${role}. Use an admin, or a custom role that may edit organizations, or take organizations out of the configuration`;
    return [{ ok: false, title, detail }];
  }
}

function authLine({ auth }: ZendeskConfig): CheckLine {
  if (auth.type === 'oauth') return { ok: true, title: 'authentication', detail: 'OAuth' };
  if (auth.type === 'bearer')
    return { ok: true, title: 'authentication', detail: 'bearer token: it is not renewed when it expires' };
  const detail = 'API token: Zendesk ends API tokens on 2027-04-30. Make an OAuth client and set auth.type: oauth';
  return { ok: 'warning', title: 'authentication', detail };
}

function identityLine(facts: DestinationSchema | undefined, key: string): CheckLine {
  const problem = problemOfIdentityField(key, facts?.fields);
  if (problem === undefined) return { ok: true, title: 'identity', detail: `in the custom field ${key}` };
  return {
    ok: false,
    title: 'identity',
    detail: `${problem}. Where Zendesk lacks it, have it made`,
    remedy: { kind: 'apply-fields' },
  };
}

function fieldsLine(facts: DestinationSchema | undefined, fields: readonly string[]): CheckLine {
  const title = 'user fields';
  const used = fields.flatMap((field) => (field.startsWith(customPrefix) ? [field.slice(customPrefix.length)] : []));
  if (used.length === 0) return { ok: true, title, detail: 'the mapping uses none' };
  if (!facts)
    return { ok: 'warning', title, detail: 'may not be read: values are not checked before they are written' };
  const known = new Map(facts.fields.map((field) => [field.key, field]));
  const missing = used.filter((key) => key !== anyField && !known.has(key));
  if (missing.length > 0) {
    const detail = `not in Zendesk: ${missing.join(', ')}. Zendesk drops unknown fields silently. Take them out of the mapping, or declare them and have them made`;
    return { ok: false, title, detail, remedy: { kind: 'apply-fields' } };
  }
  const doubts = used.flatMap((key) => doubtsOf(known.get(key)));
  const named = used.map((key) => (key === anyField ? 'whichever the source and Zendesk both have' : key)).join(', ');
  return { ok: doubts.length > 0 ? 'warning' : true, title, detail: [named, ...doubts].join('; ') };
}

function doubtsOf(field: CustomField | undefined): readonly string[] {
  if (!field) return [];
  const { key, isActive, type, regexp } = field;
  const unread = type === 'regexp' && regexp !== undefined && readRubyRegexp(regexp) === undefined;
  return [
    ...(isActive ? [] : [`${key} is not active in Zendesk: agents do not see it`]),
    ...(unread
      ? [`the pattern of ${key} is not verified before writing: Rolodesk cannot evaluate it, and Zendesk decides`]
      : []),
  ];
}

/** An empty list writes nothing, but is refused with 403 where bulk import is off. */
async function bulkLine(api: ZendeskApi, { bulk }: ZendeskConfig, signal: AbortSignal): Promise<CheckLine> {
  if (bulk === 'never') return { ok: true, title: 'bulk import', detail: 'not used (bulk: never)' };
  if (await api.allowsBulk(signal)) return { ok: true, title: 'bulk import', detail: 'allowed: 100 users a job' };
  const detail = 'off for this account: users are written one by one. Ask Zendesk support to enable users/create_many';
  return { ok: bulk === 'always' ? false : 'warning', title: 'bulk import', detail };
}

function mailLine({ settings }: SettingsInUse): CheckLine {
  const isOn = settings?.agent_created_welcome_emails === true;
  const more = isOn ? '; it also stops the welcome mails of the account' : '';
  return {
    ok: true,
    title: 'mails',
    detail: `none, because skip_verify_email is set unless the mapping says otherwise${more}`,
  };
}
