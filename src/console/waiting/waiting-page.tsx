import { useSignal } from '@preact/signals';
import { call, urlOf } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import { startTask } from '../api/tasks.ts';
import type { ReasonGroup } from '../api/types.ts';
import { Act } from '../components/act.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { numberOf } from '../components/moment.tsx';
import { Empty } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import type { PageProps } from '../pages.tsx';
import { LiveRun } from '../pipeline/live-run.tsx';
import { isOperator } from '../session.ts';
import { RejectTable } from './reject-table.tsx';
import { WaitingTable } from './waiting-table.tsx';

const all = 'reject:';

/** What was rejected and what waits, by reason, and what settles it. */
export function WaitingPage({ pipeline }: PageProps) {
  const reasons = useResource({
    key: pipeline,
    load: (signal) => call('listReasons', { path: { pipeline }, signal }),
    isStale: concerns(pipeline),
  });
  const chosen = useSignal(all);
  return (
    <>
      <PageHead title="Rejects and waiting" lead={pipeline}>
        {isOperator.value && (
          <a class="button" href={urlOf('exportRejects', { path: { pipeline } })} download>
            Rejects as CSV
          </a>
        )}
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      <LiveRun pipeline={pipeline} />
      <Loaded of={reasons} skeleton={<Skeleton lines={4} />}>
        {({ groups }) =>
          groups.length === 0 ? (
            <Empty title="Nothing waits.">
              <p>Every customer that was read is written, or left out by a rule.</p>
            </Empty>
          ) : (
            <Groups
              pipeline={pipeline}
              groups={groups}
              chosen={chosen.value}
              onChoose={(key) => (chosen.value = key)}
            />
          )
        }
      </Loaded>
    </>
  );
}

interface GroupsProps {
  readonly pipeline: string;
  readonly groups: readonly ReasonGroup[];
  readonly chosen: string;
  onChoose(key: string): void;
}

function Groups({ pipeline, groups, chosen, onChoose }: GroupsProps) {
  const rejects = groups.filter(({ kind }) => kind === 'reject').reduce((sum, { count }) => sum + count, 0);
  const group = groups.find((one) => keyOf(one) === chosen);
  const isWaiting = group?.kind === 'waiting' || (rejects === 0 && group === undefined);
  const shown = group ?? (isWaiting ? groups[0] : undefined);
  return (
    <>
      <fieldset class="choice">
        <legend class="visually-hidden">Reason</legend>
        {rejects > 0 && <Choice title="all rejects" count={rejects} isChosen={!shown} onChoose={() => onChoose(all)} />}
        {groups.map((one) => (
          <Choice
            key={keyOf(one)}
            title={one.code}
            count={one.count}
            isChosen={one === shown}
            onChoose={() => onChoose(keyOf(one))}
          />
        ))}
      </fieldset>
      {shown?.meaning !== undefined && <p class="soft">{shown.meaning}</p>}
      {isWaiting ? (
        <WaitingTable pipeline={pipeline} reason={shown?.code} acts={<GroupActs pipeline={pipeline} of={shown} />} />
      ) : (
        <RejectTable pipeline={pipeline} code={shown?.code} total={shown?.count ?? rejects} />
      )}
    </>
  );
}

function GroupActs({ pipeline, of }: { readonly pipeline: string; readonly of: ReasonGroup | undefined }) {
  if (!of?.acts.includes('accept')) return null;
  const count = numberOf(of.count);
  return (
    <Act
      label={`Accept ${count} deactivations`}
      kind="danger"
      confirm={{
        title: `Deactivate ${count} users?`,
        body: `A sync begins, which may deactivate at most ${count} users as policies.inactive says.`,
        action: 'Accept and sync',
        isDanger: true,
      }}
      run={async () => {
        await startTask(pipeline, { kind: 'sync', allowDeactivations: of.count });
        return 'A sync has begun';
      }}
    />
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly count: number;
  readonly isChosen: boolean;
  onChoose(): void;
}

function Choice({ title, count, isChosen, onChoose }: ChoiceProps) {
  return (
    <label>
      <input type="radio" name="reason" checked={isChosen} onChange={onChoose} />
      <span>
        {title} <strong>{numberOf(count)}</strong>
      </span>
    </label>
  );
}

function keyOf({ kind, code }: ReasonGroup): string {
  return `${kind}:${code}`;
}
