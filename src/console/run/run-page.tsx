import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { RunDetails } from '../api/types.ts';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { durationOf, Moment, numberOf } from '../components/moment.tsx';
import { ErrorNote, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { OutcomeTag } from '../components/tags.tsx';
import type { PageProps } from '../pages.tsx';
import { LiveRun } from '../pipeline/live-run.tsx';
import { href, pathOf } from '../router.ts';
import { Funnel } from './funnel.tsx';
import { Records } from './records.tsx';
import { UndoAct } from './undo-act.tsx';

/** What a run did, from the counts down to the fields of one record. */
export function RunPage({ pipeline, id }: PageProps) {
  const run = useResource({
    key: `${pipeline} ${id}`,
    load: (signal) => call('getRun', { path: { pipeline, run: id }, signal }),
    isStale: concerns(pipeline),
  });
  return (
    <>
      <PageHead title={`Run ${id.slice(0, 8)}`} lead={pipeline}>
        {run.value && <UndoAct pipeline={pipeline} of={run.value} />}
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      <Loaded of={run} skeleton={<Skeleton lines={12} />}>
        {(value) => <RunView pipeline={pipeline} of={value} />}
      </Loaded>
    </>
  );
}

function RunView({ pipeline, of }: { readonly pipeline: string; readonly of: RunDetails }) {
  const { run, reasons, warnings, deleted } = of;
  const { id, kind, startedAt, finishedAt, failure, undoneBy, tallies, requests } = run;
  return (
    <>
      <p>
        <OutcomeTag of={run} /> {kind} begun <Moment at={startedAt} />
        {finishedAt !== undefined && `, took ${durationOf(Date.parse(finishedAt) - Date.parse(startedAt))}`}
        {requests &&
          `, ${numberOf(requests.source)} requests to the source and ${numberOf(requests.destination)} to Zendesk`}
        {undoneBy !== undefined && (
          <>
            , undone by <a href={href(pathOf('pipelines', pipeline, 'runs', undoneBy))}>{undoneBy.slice(0, 8)}</a>
          </>
        )}
      </p>
      {run.outcome === 'running' && <LiveRun pipeline={pipeline} />}
      {failure && <ErrorNote error={failure} />}
      {warnings.map(({ code, message }) => (
        <Note key={code + message} tone="warn">
          <p>{message}</p>
        </Note>
      ))}
      {tallies && (
        <section aria-label="Counts">
          <h2>What became of the customers</h2>
          <Funnel of={tallies} deleted={deleted} />
        </section>
      )}
      <Records pipeline={pipeline} run={id} reasons={reasons} />
    </>
  );
}
