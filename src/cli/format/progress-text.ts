import type { AuditProgress } from '../../core/audit/run-audit.ts';
import type { Progress } from '../../core/domain/run/run-report.ts';
import { counted } from '../../core/records/counted.ts';
import { describeTime } from './format-plan.ts';

/** What shows its progress, each in words of its own: a plan writes nothing, an undo creates nobody. */
export type Operation = 'check-emails' | 'plan' | 'sync' | 'retry' | 'undo';

type Counts = Progress['tallies'];

interface Words {
  readonly doing: string;
  /** What is counted meanwhile. */
  counts(tallies: Counts): readonly (readonly [count: number, what: string])[];
}

const words: Readonly<Record<Operation, Words>> = {
  'check-emails': {
    doing: 'Checking addresses',
    counts: () => [],
  },
  plan: {
    doing: 'Planning',
    counts: ({ created, updated, skipped, rejected }) => [
      [created, 'to create'],
      [updated, 'to update'],
      [skipped, 'to skip'],
      [rejected, counted(rejected, 'reject').replace(/^\d+ /, '')],
    ],
  },
  sync: { doing: 'Syncing', counts: written },
  retry: { doing: 'Retrying', counts: written },
  undo: {
    doing: 'Undoing',
    counts: ({ updated, unchanged, skipped, rejected }) => [
      [updated, 'deleted or changed back'],
      [unchanged, 'as before already'],
      [skipped, 'kept'],
      [rejected, 'refused'],
    ],
  },
};

/** Less than this says nothing about how long the rest takes. */
const minElapsedMs = 1000;
const minShare = 0.01;

/** One line: `Planning 12,000 / 20,000 (60 %), about 4 s left · 11,800 to create, 200 to skip`. */
export function describeProgress(
  operation: Operation,
  { phase, tallies, inFlight, directoryUsers, total }: Progress,
  elapsedMs: number,
): string {
  const { doing, counts } = words[operation];
  switch (phase) {
    case 'directory':
      return `Reading Zendesk's users${directoryUsers === undefined ? '' : `: ${number(directoryUsers)}`}`;
    case 'recover':
      return 'Finding out what an earlier run left open';
    case 'waiting':
      return `${doing}: customers who waited for others`;
    case 'deactivate':
      return `${doing}: customers who are gone`;
    case 'drain':
      return inFlight > 0
        ? `${doing}: waiting for Zendesk's last ${counted(inFlight, 'write')}`
        : `${doing}: last steps`;
    case 'read': {
      const parts = counts(tallies).flatMap(([count, what]) => (count > 0 ? [`${number(count)} ${what}`] : []));
      const details = parts.length > 0 ? ` · ${parts.join(', ')}` : '';
      return `${doing} ${describeShare(tallies.read, total, elapsedMs)}${details}`;
    }
    default:
      return phase satisfies never;
  }
}

/** The users of Zendesk come first, then the customers, who are compared with them. */
export function describeAudit({ users, customers, total }: AuditProgress, elapsedMs: number): string {
  if (customers === 0) return `Auditing: ${number(users)} of Zendesk's users read`;
  return `Auditing ${describeShare(customers, total, elapsedMs)} · ${number(users)} users read`;
}

function describeShare(read: number, total: number | undefined, elapsedMs: number): string {
  if (total === undefined || total === 0) return `${number(read)} so far`;
  // Somebody may have been added since it was counted.
  const share = Math.min(1, read / total);
  const soFar = `${number(read)} / ${number(Math.max(total, read))} (${Math.floor(share * 100)} %)`;
  if (share < minShare || share === 1 || elapsedMs < minElapsedMs) return soFar;
  return `${soFar}, about ${describeTime((elapsedMs * (1 - share)) / share)} left`;
}

function written({ created, updated, unchanged, skipped, rejected }: Counts) {
  return [
    [created, 'created'],
    [updated, 'updated'],
    [unchanged, 'unchanged'],
    [skipped, 'skipped'],
    [rejected, 'rejected'],
  ] as const;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
