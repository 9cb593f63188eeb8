import type { Answer } from '../../app/console/api/index.ts';
import { call } from '../api/call.ts';
import { Moment } from '../components/moment.tsx';
import { Empty, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { SearchField } from '../components/search-field.tsx';
import { Tag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import { place, setQuery } from '../router.ts';
import { isOperator } from '../session.ts';

type Entry = Answer<'listAuditLog'>['items'][number];

/** Who did what, on what, when, and what came of it. */
export function AuditLogPage() {
  const actor = place.value.query.get('actor') ?? '';
  return (
    <>
      <PageHead title="Audit log" lead="Who did what, when, and what came of it" />
      {isOperator.value ? (
        <>
          <search class="filters">
            <SearchField
              label="Who"
              hint="Name of a person or token, exactly"
              value={actor}
              onSearch={(text) => setQuery('actor', text)}
            />
          </search>
          <VirtualTable
            label="Audit log, newest first"
            listKey={actor}
            columns={columns}
            isStale={({ kind }) => kind === 'task'}
            load={({ cursor, signal }) =>
              call('listAuditLog', { query: { limit: 200, cursor, actor: actor === '' ? undefined : actor }, signal })
            }
            empty={
              <Empty title={actor === '' ? 'Nobody has done anything yet.' : 'Nothing was done under this name.'}>
                <p>Every sign-in and every act of the console is recorded here.</p>
              </Empty>
            }
          />
        </>
      ) : (
        <Note title="Only operators may read the audit log">
          <p>You are signed in as a viewer.</p>
        </Note>
      )}
    </>
  );
}

const columns: readonly Column<Entry>[] = [
  { title: 'At', width: '12rem', cell: ({ at }) => <Moment at={at} /> },
  {
    title: 'Who',
    width: 'minmax(6rem, 1fr)',
    cell: ({ actor, role }) => (
      <span title={`${actor}, ${role}`}>
        {actor} <span class="soft">{role}</span>
      </span>
    ),
  },
  { title: 'Did', width: 'minmax(6rem, 1fr)', cell: ({ act }) => <code>{act}</code> },
  {
    title: 'On',
    width: 'minmax(6rem, 1.5fr)',
    isWideOnly: true,
    cell: ({ pipeline, subject }) => [pipeline, subject].filter((part) => part !== null).join(' · '),
  },
  { title: 'Outcome', width: '6rem', isWideOnly: true, cell: ({ outcome }) => <Tag word={outcome} /> },
  { title: 'Detail', width: 'minmax(6rem, 1.5fr)', isWideOnly: true, cell: ({ detail }) => detail ?? '' },
];
