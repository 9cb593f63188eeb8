import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { Connection } from '../api/types.ts';
import { useTask } from '../api/use-task.ts';
import { Pairs } from '../components/facts.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { ErrorNote, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { Tag } from '../components/tags.tsx';
import { TaskPanel } from '../components/task-panel.tsx';
import type { PageProps } from '../pages.tsx';
import { ConnectionActs } from './connection-acts.tsx';
import { SignInStep } from './sign-in-step.tsx';

/** How Rolodesk gets in on both sides, until when, and a new sign-in. */
export function ConnectionsPage({ pipeline }: PageProps) {
  const connections = useResource({
    key: pipeline,
    load: (signal) => call('getConnections', { path: { pipeline }, signal }),
    isStale: concerns(pipeline),
  });
  const connecting = useTask(pipeline, ['connect']);
  return (
    <>
      <PageHead title="Connections" lead={pipeline} />
      <PipelineTabs pipeline={pipeline} />
      {connecting?.state === 'running' && connecting.signIn ? (
        <SignInStep task={connecting.id} signIn={connecting.signIn} />
      ) : (
        connecting && <TaskPanel id={connecting.id} />
      )}
      <Loaded of={connections} skeleton={<Skeleton />}>
        {(value) => (
          <div class="columns">
            {value.connections.map((one) => (
              <ConnectionCard key={one.side} pipeline={pipeline} of={one} onChange={connections.reload} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

interface CardProps {
  readonly pipeline: string;
  readonly of: Connection;
  onChange(): void;
}

function ConnectionCard({ pipeline, of, onChange }: CardProps) {
  const { side, title, account, auth, state, scopes, connectedAt, renewals, advice, refused } = of;
  return (
    <section class="card" aria-label={title}>
      <div class="row apart">
        <h2>
          {title} <span class="soft">({side})</span>
        </h2>
        <Tag word={state} />
      </div>
      {refused && (
        <ErrorNote
          error={{ code: refused.code, message: `The last run was refused: ${refused.message}`, hint: refused.hint }}
        />
      )}
      {advice !== undefined && (
        <Note tone="warn">
          <p>{advice}</p>
        </Note>
      )}
      <Pairs
        of={[
          ['Account', account ?? 'not known'],
          ['How', auth],
          ['Scopes', scopes.length === 0 ? 'none named' : scopes.join(', ')],
          ['Connected', <Moment at={connectedAt} absent="not by a sign-in" />],
          ...renewals.map(
            ({ what, state: due, remedy, by }) =>
              [
                what,
                <>
                  until <Moment at={by} /> <Tag word={due} />
                  {due !== 'ok' && <div class="soft small">{remedy}</div>}
                </>,
              ] as const,
          ),
        ]}
      />
      <ConnectionActs pipeline={pipeline} of={of} onChange={onChange} />
    </section>
  );
}
