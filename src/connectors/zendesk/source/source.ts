import { describeSchema } from '../../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../../core/connector.ts';
import { defined } from '../../../core/defined.ts';
import type { CallContext, CheckResult } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Cursor, Page } from '../../../core/domain/record.ts';
import type { Source, StreamDescription } from '../../../core/domain/source.ts';
import { assertIdentity } from '../account/account.ts';
import { createZendeskApi, type ZendeskApi } from '../api/api.ts';
import { customPrefix, toCustomField } from '../fields/definitions.ts';
import { connect } from '../oauth/http-client.ts';
import type { SourceConfig } from './config.ts';
import { type ZendeskRecord, zendeskRecordSchema } from './record.ts';
import { createUserScans, cursorShape } from './user-scans.ts';

/**
 * Reads an account's users: everybody by the list, which shows each as it is now, and then what has changed by the
 * incremental export, from shortly before the list began. The export alone would not do: it leaves out users who were changed
 * in the last minute, so a scan by it could never tell who is gone; and Zendesk asks not to export everything over and over.
 */
export function createZendeskSource(options: SourceOptions<SourceConfig>): Source<ZendeskRecord> {
  const { config, clock } = options;
  const { http, close } = connect('source', options);
  const api = createZendeskApi({ http, clock });
  const [onlyRole] = config.roles.length === 1 ? config.roles : [];

  /** The count comes first: it answers 401 to a token that has run out, which is then renewed, and `users/me` answers 200. */
  async function currentUser(signal: AbortSignal) {
    const users = await api.countUsers(onlyRole, signal);
    return { ...(await assertIdentity(api, { block: 'source', signal })), users };
  }

  const customFields = (context: CallContext) => readCustomFields(api, context);
  const { readAll, readChanged, readKeys } = createUserScans(options, { api, customFields });

  async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<ZendeskRecord>> {
    const { role, users: total } = await currentUser(context.signal);
    const place = cursorShape.safeParse(from).data;
    if (role !== 'admin') {
      const message =
        "The source's Zendesk user is not an admin: all users are read every time instead of only the changed ones (users / 100 calls).";
      context.warn({ code: 'source-not-admin', message });
    }
    const isAdmin = role === 'admin';
    if (isAdmin && place && 'export' in place) yield* readChanged(place.export, context);
    else yield* readAll(place && 'list' in place ? place.list : undefined, { isAdmin, total, context });
  }

  return {
    counters: http.counters,
    read,
    readKeys,
    customFields,
    async check(context): Promise<CheckResult> {
      const { id, name, role, users } = await currentUser(context.signal);
      const rights =
        role === 'admin'
          ? { ok: true, title: 'source rights', detail: 'admin: may export what has changed' }
          : {
              ok: 'warning' as const,
              title: 'source rights',
              detail: `${role}: works, but reads all users every time. Use an admin for the incremental export`,
            };
      const counted = { ok: true, title: 'source users', detail: `${users}: ${config.roles.join(', ')}` };
      return { identity: `${name} (Zendesk user ${id}, ${role})`, lines: [rights, counted] };
    },
    async discover(context): Promise<readonly StreamDescription[]> {
      const fields = (await customFields(context)) ?? [];
      const plain = describeSchema(zendeskRecordSchema).filter(({ path }) => path !== 'user_fields');
      const custom = fields.map(({ key, type, title, options: choices }) => ({
        path: customPrefix + key,
        type,
        ...defined({ title }),
        ...(choices && { options: choices.map(({ value }) => value) }),
      }));
      return [{ name: 'users', fields: [...plain, ...custom] }];
    },
    close,
  };
}

/** Undefined where they may not be read. */
async function readCustomFields(
  api: Pick<ZendeskApi, 'userFields'>,
  { signal, warn }: CallContext,
): Promise<readonly CustomField[] | undefined> {
  try {
    return (await api.userFields(signal)).map(toCustomField);
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'forbidden') throw error;
    const message =
      "The source's Zendesk user or token may not read the custom fields: tags that fields put on users are read as tags.";
    warn({ code: 'source-fields-unknown', message });
    return undefined;
  }
}
