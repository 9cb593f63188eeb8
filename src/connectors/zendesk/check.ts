import type { CallContext, CheckLine, CheckResult } from '../../core/contracts.ts';
import { AuthError } from '../../core/errors.ts';
import type { ZendeskApi } from './api.ts';
import type { ZendeskConfig } from './config.ts';

const customPrefix = 'user_fields.';

/** Who we are, and whether a run will have what it needs. Writes nothing. */
export async function checkZendesk({
  api,
  config,
  fields,
  context: { signal },
}: {
  readonly api: ZendeskApi;
  readonly config: ZendeskConfig;
  readonly fields: readonly string[];
  readonly context: CallContext;
}): Promise<CheckResult> {
  const who = await demandIdentity(api, signal);
  const lines = [
    roleLine(who.role),
    authLine(config),
    await fieldsLine(api, fields, signal),
    await bulkLine(api, config, signal),
  ];
  return { identity: `${who.name} (Zendesk user ${who.id}, ${who.role})`, lines: [...lines, mailLine] };
}

/** Bad credentials answer 200 with an "Anonymous user" that has no id (recorded): only a numeric id and a staff role will do. */
export async function demandIdentity(
  api: Pick<ZendeskApi, 'me'>,
  signal: AbortSignal,
): Promise<{ readonly id: number; readonly name: string; readonly role: string }> {
  const { id, name, role } = await api.me(signal);
  if (typeof id !== 'number' || !role || role === 'end-user') {
    throw new AuthError('Zendesk does not know these credentials: it answers as an anonymous user.', {
      code: 'zendesk-anonymous',
      hint: 'Check destination.auth: the token may be revoked, or belong to another subdomain or to an end user.',
    });
  }
  return { id, role, name: name ?? 'without a name' };
}

function roleLine(role: string): CheckLine {
  if (role === 'admin') return { ok: true, title: 'rights', detail: 'admin: may export, delete and undo' };
  return {
    ok: 'warning',
    title: 'rights',
    detail: `${role}: works, but lists all users in every run. Use an admin for the incremental export`,
  };
}

function authLine({ auth }: ZendeskConfig): CheckLine {
  if (auth.type === 'oauth') return { ok: true, title: 'authentication', detail: 'OAuth' };
  if (auth.type === 'bearer')
    return { ok: true, title: 'authentication', detail: 'bearer token: it is not renewed when it expires' };
  const detail = 'API token: Zendesk ends API tokens on 2027-04-30. Make an OAuth client and set auth.type: oauth';
  return { ok: 'warning', title: 'authentication', detail };
}

async function fieldsLine(api: ZendeskApi, fields: readonly string[], signal: AbortSignal): Promise<CheckLine> {
  const used = fields.flatMap((field) => (field.startsWith(customPrefix) ? [field.slice(customPrefix.length)] : []));
  if (used.length === 0) return { ok: true, title: 'user fields', detail: 'the mapping uses none' };
  const known = new Set((await api.userFields(signal)).map(({ key }) => key));
  const missing = used.filter((key) => !known.has(key));
  if (missing.length === 0) return { ok: true, title: 'user fields', detail: used.join(', ') };
  const detail = `not in Zendesk: ${missing.join(', ')}. Zendesk drops unknown fields silently: create them or take them out of the mapping`;
  return { ok: false, title: 'user fields', detail };
}

/** An empty list writes nothing, but is refused with 403 where bulk import is off. */
async function bulkLine(api: ZendeskApi, { bulk }: ZendeskConfig, signal: AbortSignal): Promise<CheckLine> {
  if (bulk === 'never') return { ok: true, title: 'bulk import', detail: 'not used (bulk: never)' };
  if (await api.allowsBulk(signal)) return { ok: true, title: 'bulk import', detail: 'allowed: 100 users a job' };
  const detail = 'off for this account: users are written one by one. Ask Zendesk support to enable users/create_many';
  return { ok: bulk === 'always' ? false : 'warning', title: 'bulk import', detail };
}

const mailLine: CheckLine = {
  ok: true,
  title: 'mails',
  detail: 'none: skip_verify_email is set unless the mapping says otherwise',
};
