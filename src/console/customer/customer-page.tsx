import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { Customer } from '../api/types.ts';
import { Pairs } from '../components/facts.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { RecordLinks } from '../components/record-links.tsx';
import type { PageProps } from '../pages.tsx';
import { LiveRun } from '../pipeline/live-run.tsx';
import { ComparisonView } from './comparison-view.tsx';
import { History } from './history.tsx';
import { SettleActs } from './settle-acts.tsx';

/** What happened to one customer, and why. */
export function CustomerPage({ pipeline, id }: PageProps) {
  const path = { pipeline, key: id };
  const customer = useResource({
    key: `${pipeline} ${id}`,
    load: (signal) => call('getCustomer', { path, signal }),
    isStale: concerns(pipeline),
  });
  const comparison = useResource({
    key: `${pipeline} ${id}`,
    load: (signal) => call('compareCustomer', { path, signal }),
    isStale: concerns(pipeline),
  });
  const name = customer.value?.name;
  return (
    <>
      <PageHead
        title={name === undefined || name === null || name === '' ? id : name}
        lead={`Customer ${id} of ${pipeline}`}
      >
        {customer.value && <SettleActs pipeline={pipeline} of={customer.value} />}
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      <LiveRun pipeline={pipeline} />
      <Loaded of={customer} skeleton={<Skeleton lines={8} />}>
        {(value) => <Standing pipeline={pipeline} of={value} />}
      </Loaded>
      <section aria-label="Record and user">
        <h2>Its record beside its user</h2>
        <p class="soft">Both sides are read now. Each field shows the rule of the mapping that makes it.</p>
        <Loaded of={comparison} skeleton={<Skeleton />}>
          {(value) => <ComparisonView of={value} />}
        </Loaded>
      </section>
      {customer.value && (
        <section aria-label="History">
          <h2>History</h2>
          <History pipeline={pipeline} of={customer.value.history} />
        </section>
      )}
    </>
  );
}

function Standing({ pipeline, of }: { readonly pipeline: string; readonly of: Customer }) {
  const { key, link, address, deadLetter, waiting, urls } = of;
  return (
    <>
      {deadLetter && (
        <Note tone="bad" title={`Rejected: ${deadLetter.code}`}>
          <p>{deadLetter.message}</p>
          {deadLetter.detail !== undefined && <p class="soft">{deadLetter.detail}</p>}
          {deadLetter.blockedByUserId !== undefined && (
            <p>
              The Zendesk user <code>{deadLetter.blockedByUserId}</code> stands in the way.
            </p>
          )}
          <p class="soft small">
            Since <Moment at={deadLetter.at} />.{' '}
            {deadLetter.due ? 'The next sync tries it again.' : 'It waits for a change, or a retry.'}
          </p>
        </Note>
      )}
      {waiting && (
        <Note tone="warn" title={`Waiting: ${waiting.reason}`}>
          {waiting.meaning !== undefined && <p>{waiting.meaning}</p>}
          <p class="soft small">
            {waiting.due ? 'The next sync decides it again.' : 'It is decided again when its cause may have changed.'}
          </p>
        </Note>
      )}
      <section class="card" aria-label="User">
        {link ? (
          <Pairs
            of={[
              ['Zendesk user', <code>{link.destinationId}</code>],
              ['External id', <code>{link.externalId}</code>],
              ['How they were linked', link.origin],
              ['Address', address ?? 'none'],
              ['Written', <Moment at={link.writtenAt} />],
              ...(link.deactivated === undefined ? [] : [['Deactivated', link.deactivated] as const]),
            ]}
          />
        ) : (
          <p>No Zendesk user is linked to this customer.</p>
        )}
        <RecordLinks pipeline={pipeline} customer={key} urls={urls} isOwnPage />
      </section>
    </>
  );
}
