import type { CallContext } from '../../../core/domain/context.ts';
import { AuthError, RecordError } from '../../../core/domain/errors.ts';
import type { RecordFault, SourceRecord } from '../../../core/domain/record.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { Identity, OrganizationRow, UserRow } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { maxRowsPerJob } from '../limits.ts';
import { listSecondaryMemberships, sortMemberships } from '../related/memberships.ts';
import { createUserReader, type FieldUsage, toRecord, type ZendeskRecord } from './record.ts';

/** Of so few users the memberships are asked for one by one; of more, all of the account are listed once. */
const fewUsers = 100;

export interface UsersShown {
  readonly users: readonly UserRow[];
  /** Rows that are not users, unchanged. */
  readonly unreadable: readonly unknown[];
  /** Of all these users, where Zendesk has sent them along. */
  readonly identities?: readonly Identity[] | null | undefined;
}

/**
 * Makes records of users, with what belongs to them as far as `uses` says that somebody reads it. One for each read: what
 * it has learnt of organizations and memberships is as old as it is.
 */
export function createRelatedReader({
  api,
  uses,
  traces,
}: {
  readonly api: ZendeskApi;
  readonly uses: readonly string[];
  readonly traces: FieldUsage;
}) {
  const needs = { organizations: isUsed('organizations', uses), identities: isUsed('identities', uses) };
  const known = new Map<number, OrganizationRow>();
  let further: ReadonlyMap<number, readonly number[]> | undefined;
  const reader = createUserReader();

  async function membershipsOf(users: readonly UserRow[], isFull: boolean, { signal }: CallContext) {
    // Who has no default organization is in none.
    const members = users.filter((user) => defaultOf(user) !== undefined);
    if (isFull || members.length > fewUsers) further ??= await listSecondaryMemberships(api, signal);
    const listed = further;
    if (listed) return new Map(members.map((user) => [user.id, sortMemberships(defaultOf(user), listed.get(user.id))]));
    const asked = await inParallel(members, async (user) => {
      const ids = await unlessRefused<readonly number[] | RecordError>(
        async () => (await api.membershipsOf(String(user.id), signal)).map(({ organization_id: id }) => id),
        notShown,
      );
      return [user.id, ids instanceof RecordError ? ids : sortMemberships(defaultOf(user), ids)] as const;
    });
    return new Map(asked);
  }

  async function organizationsOf(users: readonly UserRow[], isFull: boolean, context: CallContext) {
    const memberships = await membershipsOf(users, isFull, context);
    const named = [...memberships.values()].flatMap((ids) => (ids instanceof RecordError ? [] : ids));
    const missing = [...new Set(named)].filter((id) => !known.has(id));
    for (let start = 0; start < missing.length; start += maxRowsPerJob) {
      const rows = await api.organizationsById(missing.slice(start, start + maxRowsPerJob), context.signal);
      for (const row of rows) known.set(row.id, row);
    }
    return (user: UserRow) => {
      const ids = memberships.get(user.id) ?? [];
      return ids instanceof RecordError ? ids : ids.flatMap((id) => known.get(id) ?? []);
    };
  }

  return {
    /** At the end of a read: warns of what was left out. */
    report: reader.report,
    /** What to ask for along with users. */
    with: needs.identities ? ('identities' as const) : undefined,
    async records(
      shown: UsersShown,
      { isFull, context }: { readonly isFull: boolean; readonly context: CallContext },
    ): Promise<readonly SourceRecord<ZendeskRecord>[]> {
      reader.read(shown.unreadable);
      const users = shown.users.filter(({ active }) => active !== false);
      const organizations = needs.organizations ? await organizationsOf(users, isFull, context) : undefined;
      const identities = needs.identities ? await identitiesOf(api, { ...shown, users }, context) : undefined;
      return shown.users.flatMap((user) => {
        const joined = organizations?.(user);
        const own = identities?.get(user.id);
        const refusal = [joined, own].find((one) => one instanceof RecordError);
        const related = {
          organizations: joined instanceof RecordError ? undefined : joined,
          identities: own instanceof RecordError ? undefined : own,
        };
        const record = toRecord(user, related, { traces, reader });
        return record && refusal ? { ...record, fault: unreadable(refusal) } : (record ?? []);
      });
    },
  };
}

async function identitiesOf(
  api: Pick<ZendeskApi, 'identities'>,
  { users, identities }: UsersShown,
  { signal }: CallContext,
) {
  // One that does not say whose it is may be anybody's.
  const isSaid = identities?.every(({ user_id: id }) => typeof id === 'number') === true;
  const byUser = isSaid && Map.groupBy(identities, ({ user_id: id }) => id);
  const lists = await inParallel(users, async (user): Promise<readonly Identity[] | RecordError> => {
    const sent = byUser ? (byUser.get(user.id) ?? []) : undefined;
    const isWhole = !user.email || sent?.some(({ value }) => isSame(value, user.email)) === true;
    if (sent && isWhole) return sent;
    return await unlessRefused<readonly Identity[] | RecordError>(
      () => api.identities(String(user.id), signal),
      notShown,
    );
  });
  return new Map(users.map((user, position) => [user.id, lists[position]]));
}

function defaultOf(user: UserRow): number | undefined {
  return typeof user.organization_id === 'number' ? user.organization_id : undefined;
}

/** Whether somebody reads what stands there, or something in it. */
function isUsed(name: string, uses: readonly string[]): boolean {
  return uses.some((path) => path === name || path.startsWith(`${name}.`));
}

function isSame(a: string, b: string | null | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

/**
 * What is left out of a user who is read would be taken away from the one who is written. A right that is missing is missing
 * for all: the read ends. Any other refusal is this user's matter, who may have been deleted since the list was read.
 */
function notShown(cause: RecordError): RecordError {
  if (cause.status === 403) throw new AuthError(cause.message, { code: 'forbidden', cause });
  return cause;
}

function unreadable({ message }: RecordError): RecordFault {
  return { code: 'source-user-refused', message };
}
