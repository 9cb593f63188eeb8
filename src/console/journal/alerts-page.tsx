import type { Answer } from '../../app/console/api/index.ts';
import { useAllPages } from '../api/all-pages.ts';
import { call } from '../api/call.ts';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Empty, ErrorNote } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { href, pathOf } from '../router.ts';

type Alerts = Answer<'listAlerts'>['items'][number];

/** What is wrong now, and which messages about it are still to be sent. */
export function AlertsPage() {
  const { resource, more } = useAllPages({
    key: 'alerts',
    load: (cursor, signal) => call('listAlerts', { query: { cursor, limit: 100 }, signal }),
    isStale: ({ kind }) => kind !== 'progress',
  });
  return (
    <>
      <PageHead title="Alerts" lead="What is wrong now, and who is notified" />
      <Loaded of={resource} skeleton={<Skeleton />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="There is no pipeline yet.">
              <p>Its alerts appear here as soon as the service follows one.</p>
            </Empty>
          ) : (
            <div class="stack">
              {items.map((one) => (
                <PipelineAlerts key={one.pipeline} of={one} />
              ))}
              {more && (
                <button type="button" class="button" onClick={more}>
                  Show more pipelines
                </button>
              )}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function PipelineAlerts({ of: { pipeline, incidents, deliveries, targets, failure } }: { readonly of: Alerts }) {
  return (
    <section class="card" aria-label={pipeline}>
      <h2>
        <a href={href(pathOf('pipelines', pipeline))}>{pipeline}</a>
      </h2>
      {failure && <ErrorNote error={failure} />}
      <p class="soft">
        {targets.length === 0
          ? 'Nobody is notified: its configuration has no alerts.'
          : `Notified: ${targets.join(', ')}`}
      </p>
      {incidents.length === 0 ? (
        <p>Nothing is wrong.</p>
      ) : (
        <ul>
          {incidents.map(({ rule, openSince }) => (
            <li key={rule + openSince}>
              <strong>{rule}</strong>, since <Moment at={openSince} />
            </li>
          ))}
        </ul>
      )}
      {deliveries.length > 0 && (
        <table class="stacked">
          <thead>
            <tr>
              <th>Still to be sent</th>
              <th>To</th>
              <th class="number">Attempts</th>
              <th>Next attempt</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map(({ target, title, at, attempts, dueAt }) => (
              <tr key={target + at + title}>
                <td>{title}</td>
                <td data-label="To">{target}</td>
                <td data-label="Attempts" class="number">
                  {attempts}
                </td>
                <td data-label="Next">
                  <Moment at={dueAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
