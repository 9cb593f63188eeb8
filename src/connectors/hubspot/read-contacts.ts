import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { RolodeskError } from '../../core/domain/errors.ts';
import type { Cursor, Page, SourceRecord } from '../../core/domain/record.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createTolerantReader } from '../../core/records/tolerant-reader.ts';
import { type Contact, contact, idOf } from './contact.ts';
import type { ContactsApi } from './contacts-api.ts';
import { cursorShape, type Position } from './position.ts';

/** The search index shows a change some time after it was made: https://developers.hubspot.com/docs/api/crm/search */
const overlapMs = 10 * 60_000;

/** Reads one scan, or the rest of one that was broken off: all contacts, or what has changed and then the recycle bin. */
export async function* readContacts(
  api: Pick<ContactsApi, 'page' | 'count'>,
  from: Cursor | undefined,
  context: CallContext,
): AsyncGenerator<Page<Contact>> {
  const reader = createTolerantReader({
    schema: contact,
    required: ['id', 'archived'],
    system: 'HubSpot',
    entity: 'Contact',
    keyOf: idOf,
  });
  const guard = createPageGuard('HubSpot');
  const { since, scan } = cursorShape.safeParse(from).data ?? { since: null, scan: null };
  const isFull = since === null && scan === null;
  let isEverybody = true;
  let startedAt = scan?.startedAt;
  let total: number | undefined;
  let read = 0;
  let position: Position | undefined = scan?.step ?? { kind: since === null ? 'list' : 'search', after: '0' };
  while (position) {
    const page = await api.page(position, since ?? 0, context.signal);
    const { rows, isWhole, next, at } = page;
    if (page.total !== undefined) total = read + page.total;
    else if (isFull && read === 0 && next) total = await countContacts(api, context);
    read += rows.length;
    const contacts = reader.read(rows);
    isEverybody &&= isWhole && contacts.length === rows.length;
    guard(
      rows.map((row) => idOf(row) ?? ''),
      next && `${next.kind} ${next.after}`,
    );
    startedAt ??= at;
    // A list that was read whole shows who is gone; else the recycle bin does, which can't be asked for changes.
    position = next ?? (position.kind === 'archived' || isFull ? undefined : { kind: 'archived', after: '0' });
    const records = contacts.filter((one) => !wasArchivedBefore(one, since ?? 0)).map(recordOf);
    if (position) {
      yield { records, cursor: { since, scan: { startedAt, step: position } }, ...defined({ total }) };
      continue;
    }
    reader.report(context);
    const cursor = { since: startedAt - overlapMs, scan: null };
    yield { records, cursor, ...defined({ total }), ...(isFull && isEverybody && { whole: true }) };
  }
}

/** Only the progress needs the number: without it the read continues. */
async function countContacts(api: Pick<ContactsApi, 'count'>, context: CallContext): Promise<number | undefined> {
  try {
    return await api.count(context.signal);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof RolodeskError)) throw error;
    context.log.info({ code: error.code }, 'HubSpot did not count the contacts: progress shows no percentage');
    return undefined;
  }
}

function wasArchivedBefore({ archivedAt = '' }: Contact, since: number): boolean {
  return Date.parse(archivedAt) < since;
}

function recordOf(data: Contact): SourceRecord<Contact> {
  const { id: key, updatedAt, archived } = data;
  return {
    key,
    data,
    state: archived ? 'deleted' : 'active',
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
  };
}
