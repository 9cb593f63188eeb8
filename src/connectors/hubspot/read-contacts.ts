import type { CallContext } from '../../core/domain/context.ts';
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
  api: Pick<ContactsApi, 'page'>,
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
  let position: Position | undefined = scan?.step ?? { kind: since === null ? 'list' : 'search', after: '0' };
  while (position) {
    const { rows, isWhole, next, at } = await api.page(position, since ?? 0, context.signal);
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
      yield { records, cursor: { since, scan: { startedAt, step: position } } };
      continue;
    }
    reader.report(context);
    const cursor = { since: startedAt - overlapMs, scan: null };
    yield { records, cursor, ...(isFull && isEverybody && { whole: true }) };
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
