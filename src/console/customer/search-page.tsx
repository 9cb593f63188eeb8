import { call } from '../api/call.ts';
import type { FoundCustomer } from '../api/types.ts';
import { Empty, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { SearchField } from '../components/search-field.tsx';
import { Tag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import type { PageProps } from '../pages.tsx';
import { href, pathOf, place, setQuery } from '../router.ts';
import { isOperator } from '../session.ts';

/** Finds a customer by its key, name, e-mail address or Zendesk id. */
export function SearchPage({ pipeline }: PageProps) {
  const q = place.value.query.get('q') ?? '';
  return (
    <>
      <PageHead title="Customers" lead={pipeline} />
      <PipelineTabs pipeline={pipeline} />
      {isOperator.value ? (
        <>
          <search class="filters">
            <SearchField
              label="Search"
              hint="Key, name, e-mail address or Zendesk id"
              value={q}
              onSearch={(text) => setQuery('q', text)}
            />
          </search>
          <VirtualTable
            label="Customers"
            listKey={`${pipeline} ${q}`}
            columns={columnsOf(pipeline)}
            load={({ cursor, signal }) =>
              call('searchCustomers', { path: { pipeline }, query: { q, limit: 100, cursor }, signal })
            }
            empty={
              <Empty title={q === '' ? 'The state knows no customer yet.' : 'No customer matches.'}>
                <p>
                  {q === ''
                    ? 'The first sync fills it.'
                    : 'Names are known of customers that a run wrote, skipped or rejected. A key is the id in the source.'}
                </p>
              </Empty>
            }
          />
        </>
      ) : (
        <Note title="Only operators may search customers">
          <p>
            You are signed in as a viewer, and viewers see customer data masked. Open a customer from a run or from the
            rejects.
          </p>
        </Note>
      )}
    </>
  );
}

function columnsOf(pipeline: string): readonly Column<FoundCustomer>[] {
  return [
    {
      title: 'Customer',
      width: 'minmax(6rem, 2fr)',
      cell: ({ key, name }) => (
        <a href={href(pathOf('pipelines', pipeline, 'customers', key))}>{name === null || name === '' ? key : name}</a>
      ),
    },
    { title: 'Key', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ key }) => <code>{key}</code> },
    { title: 'E-mail', width: 'minmax(6rem, 2fr)', isWideOnly: true, cell: ({ email }) => email ?? '' },
    {
      title: 'Zendesk user',
      width: 'minmax(6rem, 1fr)',
      isWideOnly: true,
      cell: ({ destinationId }) => destinationId ?? 'none',
    },
    { title: 'State', width: '6.5rem', cell: ({ standing }) => <Tag word={standing} /> },
    { title: 'Reason', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ code }) => code ?? '' },
  ];
}
