import { startTask } from '../api/tasks.ts';
import type { Need } from '../api/types.ts';
import { href, pathOf } from '../router.ts';
import { Act } from './act.tsx';
import { numberOf } from './moment.tsx';

interface Props {
  readonly pipeline: string;
  readonly need: Need;
  readonly lastRun: string | undefined;
}

/** The act that settles what waits for a person, or the page where it is settled. */
export function NeedAct({ pipeline, need: { act, count = 0 }, lastRun }: Props) {
  const link = (title: string, ...path: readonly string[]) => (
    <a class="button small" href={href(pathOf('pipelines', pipeline, ...path))}>
      {title}
    </a>
  );
  switch (act) {
    case 'open-run':
      return lastRun === undefined ? link('Open') : link('Open the run', 'runs', lastRun);
    case 'open-rejects':
      return link('Settle', 'rejects');
    case 'reconnect':
      return link('Reconnect', 'connections');
    case 'edit-configuration':
      return link('Open');
    case 'resume':
      return (
        <Act
          label="Resume"
          isSmall
          confirm={{
            title: `Resume syncs of ${pipeline}?`,
            body: 'Syncs were paused after an undo or a refused canary. A sync begins at once, and scheduled ones start again.',
            action: 'Resume and sync',
          }}
          run={async () => {
            await startTask(pipeline, { kind: 'sync', resume: true });
            return `A sync of ${pipeline} has begun`;
          }}
        />
      );
    case 'allow-deactivations':
      return (
        <Act
          label="Allow"
          isSmall
          confirm={{
            title: `Allow ${numberOf(count)} deactivations?`,
            body: `A sync of ${pipeline} begins, which may deactivate at most ${numberOf(count)} users as policies.inactive says. Make a plan first to see who they are.`,
            action: `Sync and deactivate up to ${numberOf(count)}`,
            isDanger: true,
          }}
          run={async () => {
            await startTask(pipeline, { kind: 'sync', allowDeactivations: count });
            return `A sync of ${pipeline} has begun`;
          }}
        />
      );
    case 'sync':
      return (
        <Act
          label="Sync"
          isSmall
          confirm={{
            title: `Sync ${pipeline} now?`,
            body: 'It reads what has changed at the source and writes it to Zendesk. Make a plan first to see every change.',
          }}
          run={async () => {
            await startTask(pipeline, { kind: 'sync' });
            return `A sync of ${pipeline} has begun`;
          }}
        />
      );
    default:
      return act satisfies never;
  }
}
