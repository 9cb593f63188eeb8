import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { Budget } from '../api/types.ts';
import { lazyPart } from '../components/lazy-part.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment, numberOf } from '../components/moment.tsx';

/** The plot is drawn by a library that most pages do not need. */
const BudgetPlot = lazyPart(async () => (await import('./budget-plot.tsx')).BudgetPlot, {
  failed: 'The plot cannot be drawn in this browser. Its numbers are below.',
});

/** How many requests the runs made, against what the account allows. */
export function BudgetSection({ pipeline }: { readonly pipeline: string }) {
  const budget = useResource({
    key: pipeline,
    load: (signal) => call('getBudget', { path: { pipeline }, signal }),
    isStale: concerns(pipeline),
  });
  return (
    <section aria-label="Request budget">
      <h2>Request budget</h2>
      <Loaded of={budget} skeleton={<Skeleton />}>
        {(value) => <BudgetView of={value} />}
      </Loaded>
    </section>
  );
}

function BudgetView({ of: { account, reserve, maxJobs, runs, sharedWith } }: { readonly of: Budget }) {
  return (
    <>
      <p class="soft">
        {account}: {Math.round(reserve * 100)} % of its budget is left to others, and at most {maxJobs} jobs are in
        flight.
        {sharedWith.length > 0 && ` Shared with ${sharedWith.join(', ')}.`}
      </p>
      {runs.length < 2 ? <p class="soft">The plot begins with the second run.</p> : <BudgetPlot runs={runs} />}
      {runs.length > 0 && (
        <details>
          <summary>The numbers of the plot</summary>
          <table class="stacked">
            <thead>
              <tr>
                <th>Run</th>
                <th class="number">Zendesk</th>
                <th class="number">Source</th>
                <th class="number">Throttled</th>
              </tr>
            </thead>
            <tbody>
              {runs.toReversed().map((run) => (
                <tr key={run.run}>
                  <td>
                    <Moment at={run.at} />
                  </td>
                  <td class="number" data-label="Zendesk">
                    {numberOf(run.destination)}
                  </td>
                  <td class="number" data-label="Source">
                    {numberOf(run.source)}
                  </td>
                  <td class="number" data-label="Throttled">
                    {numberOf(run.throttled)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}
