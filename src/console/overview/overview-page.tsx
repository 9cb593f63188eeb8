import { call } from '../api/call.ts';
import { useResource } from '../api/resource.ts';
import type { Event, Overview, Pipeline } from '../api/types.ts';
import { Facts } from '../components/facts.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { isNarrow } from '../components/media.ts';
import { Moment, numberOf } from '../components/moment.tsx';
import { NeedAct } from '../components/need-act.tsx';
import { Empty, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { RunBars } from '../components/run-bars.tsx';
import { VerdictTag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import { href, pathOf, place } from '../router.ts';
import { Filters, verdictOf } from './filters.tsx';

const isStale = ({ kind }: Event): boolean => kind !== 'progress' && kind !== 'task';

/** Every pipeline; what needs a person comes first, with the act that settles it. */
export function OverviewPage() {
  const overview = useResource({ key: 'overview', load: (signal) => call('getOverview', { signal }), isStale });
  const search = place.value.query.get('search') ?? '';
  const verdict = verdictOf(place.value.query.get('verdict'));
  const isFiltered = search !== '' || verdict !== undefined;
  return (
    <>
      <PageHead title="Overview" lead="What runs, and what waits for a person" />
      <Loaded of={overview} skeleton={<Skeleton lines={3} />}>
        {(value) => <Totals of={value} />}
      </Loaded>
      <section aria-label="Pipelines">
        <Filters search={search} verdict={verdict ?? ''} />
        <VirtualTable
          label="Pipelines"
          listKey={`${search} ${verdict}`}
          columns={columns}
          rowRem={4.75}
          total={isFiltered ? undefined : overview.value?.pipelines}
          isStale={isStale}
          load={({ cursor, signal }) =>
            call('listPipelines', {
              query: { limit: 50, cursor, search: search === '' ? undefined : search, verdict },
              signal,
            })
          }
          empty={isFiltered ? <NothingFound /> : <NoPipelines />}
        />
      </section>
    </>
  );
}

function Totals({ of }: { readonly of: Overview }) {
  const { pipelines, failing, attention, ok, running, rejects, held, reasons, configurations } = of;
  return (
    <>
      <Facts
        of={[
          ['pipelines', numberOf(pipelines)],
          ['failing', numberOf(failing)],
          ['need attention', numberOf(attention)],
          ['ok', numberOf(ok)],
          ['running now', numberOf(running)],
          ['rejects', numberOf(rejects)],
          ['held deactivations', numberOf(held)],
        ]}
      />
      {reasons.length > 0 && (
        <Note tone="warn" title="The service is not ready">
          {reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </Note>
      )}
      {configurations.rejected.map(({ label, message, isPreviousInUse }) => (
        <Note key={label} tone="bad" title={`${label} cannot be used`}>
          <pre>{message}</pre>
          <p>
            {isPreviousInUse ? 'The version before it stays in use.' : 'Its pipeline does not run.'} Correct the file:
            the service reads it again when it changes.
          </p>
        </Note>
      ))}
    </>
  );
}

const columns: readonly Column<Pipeline>[] = [
  {
    title: 'Pipeline',
    width: 'minmax(6rem, 2fr)',
    cell: ({ name, source, destination, needs }) => (
      <>
        <a href={href(pathOf('pipelines', name))}>
          <strong>{name}</strong>
        </a>
        <br />
        <span class="soft small">
          {isNarrow.value && needs[0] ? needs[0].message : `${source.title} → ${destination.label}`}
        </span>
      </>
    ),
  },
  { title: 'State', width: '6.5rem', cell: (pipeline) => <VerdictTag of={pipeline} /> },
  {
    title: 'Needs a person',
    width: 'minmax(6rem, 3fr)',
    isWideOnly: true,
    cell: ({ name, needs, lastRun }) => {
      const [first, ...more] = needs;
      if (!first) return <span class="soft">Nothing</span>;
      return (
        <span class="row need">
          <span class="need-text" title={first.message}>
            {first.message}
            {more.length > 0 && <span class="soft"> +{more.length}</span>}
          </span>
          <NeedAct pipeline={name} need={first} lastRun={lastRun?.id} />
        </span>
      );
    },
  },
  {
    title: 'Last and next run',
    width: '12.5rem',
    isWideOnly: true,
    cell: ({ lastRun, nextAt }) => (
      <span class="small">
        <Moment at={lastRun?.startedAt} absent="none yet" />
        <br />
        <span class="soft">
          next: <Moment at={nextAt} absent="not scheduled" />
        </span>
      </span>
    ),
  },
  {
    title: 'Waiting',
    width: '4.5rem',
    isWideOnly: true,
    isNumber: true,
    cell: ({ rejects, waiting, held }) => numberOf(rejects + waiting + held),
  },
  { title: 'Last runs', width: '7.5rem', isWideOnly: true, cell: ({ health }) => <RunBars of={health} /> },
];

function NothingFound() {
  return (
    <Empty title="No pipeline matches.">
      <p>Search for a part of a name or an account, or choose another state.</p>
    </Empty>
  );
}

function NoPipelines() {
  return (
    <Empty title="There is no pipeline yet.">
      <p>Put a configuration into the folder of the service: it takes it as soon as the file is there.</p>
    </Empty>
  );
}
