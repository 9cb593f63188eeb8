import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { PipelineDetails } from '../api/types.ts';
import { Pairs } from '../components/facts.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment, numberOf } from '../components/moment.tsx';
import { NeedAct } from '../components/need-act.tsx';
import { Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { VerdictTag } from '../components/tags.tsx';
import type { PageProps } from '../pages.tsx';
import { BudgetSection } from './budget-section.tsx';
import { ConfigurationSection } from './configuration-section.tsx';
import { LiveRun } from './live-run.tsx';
import { RunActs } from './run-acts.tsx';
import { RunTimeline } from './run-timeline.tsx';

/** One pipeline: what runs, what ran, when it runs next, what it costs, and how it is configured. */
export function PipelinePage({ pipeline }: PageProps) {
  const details = useResource({
    key: pipeline,
    load: (signal) => call('getPipeline', { path: { pipeline }, signal }),
    isStale: concerns(pipeline),
  });
  return (
    <>
      <PageHead title={pipeline} lead={details.value ? routeOf(details.value) : ' '}>
        <RunActs pipeline={pipeline} />
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      <LiveRun pipeline={pipeline} />
      <Loaded of={details} skeleton={<Skeleton lines={8} />}>
        {(value) => <Standing of={value} />}
      </Loaded>
      <section aria-label="Runs">
        <h2>Runs</h2>
        <RunTimeline pipeline={pipeline} />
      </section>
      <BudgetSection pipeline={pipeline} />
      <ConfigurationSection pipeline={pipeline} />
    </>
  );
}

function routeOf({ accounts: { source, destination } }: PipelineDetails): string {
  return `${source.label} → ${destination.label}`;
}

function Standing({ of: { summary, status, configuration, stateLocation } }: { readonly of: PipelineDetails }) {
  const { name, needs, lastRun } = summary;
  const { schedule, activeLinks, deadLetters, pending } = status;
  const waiting = Object.values(pending).reduce((sum, count) => sum + count, 0);
  return (
    <>
      {needs.map((need) => (
        <Note key={need.kind + need.message} tone={need.kind === 'failed' || need.kind === 'refused' ? 'bad' : 'warn'}>
          <div class="row apart">
            <span>{need.message}</span>
            <NeedAct pipeline={name} need={need} lastRun={lastRun?.id} />
          </div>
        </Note>
      ))}
      <div class="columns">
        <section class="card" aria-label="State">
          <h2>State</h2>
          <Pairs
            of={[
              ['State', <VerdictTag of={summary} />],
              ['Last success', <Moment at={summary.lastSuccessAt} absent="none yet" />],
              ['Users linked', numberOf(activeLinks)],
              ['Rejects', numberOf(deadLetters)],
              ['Waiting', numberOf(waiting)],
              ['Configuration', <code>{configuration}</code>],
              ['State is in', <code>{stateLocation}</code>],
            ]}
          />
        </section>
        <section class="card" aria-label="Schedule">
          <h2>Schedule</h2>
          {schedule ? (
            <Pairs
              of={[
                ['Runs at', <code>{schedule.cron}</code>],
                ['Time zone', schedule.timeZone],
                ['Next run', <Moment at={summary.nextAt ?? schedule.next} absent="not known yet" />],
                ['Missed', numberOf(schedule.missed)],
                ['Last missed', <Moment at={schedule.lastMissed} absent="never" />],
              ]}
            />
          ) : (
            <p class="soft">
              It has no schedule and runs when somebody says so. Set <code>schedule</code> in its configuration to run
              it by itself.
            </p>
          )}
        </section>
      </div>
    </>
  );
}
