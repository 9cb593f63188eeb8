import type { Clock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import type { ProgressEvent, RunProgressEvent } from '../../progress-event.ts';
import type { Answer } from '../api/index.ts';

type Progress = NonNullable<Answer<'getTask'>['progress']>;

/** Turns what an operation reports into what a page shows, with how much longer it takes at the present pace. */
export function createProgressView(clock: Clock): (event: ProgressEvent) => Progress {
  let began: { readonly phase: string; readonly at: number; readonly done: number } | undefined;
  function remainingMs(phase: string, done: number, total: number | undefined): number | null {
    const now = clock.elapsed();
    if (began?.phase !== phase) began = { phase, at: now, done };
    const ofPhase = done - began.done;
    if (total === undefined || ofPhase <= 0 || total <= done) return null;
    return Math.round(((now - began.at) / ofPhase) * (total - done));
  }
  return (event) => {
    if (event.operation === 'audit') {
      const { users, customers, total } = event;
      const phase = customers > 0 ? 'customers' : 'users';
      return {
        phase,
        directoryUsers: users,
        ...defined({ total }),
        remainingMs: remainingMs(phase, customers, total),
        limitedBy: phase === 'users' ? 'destination' : 'source',
      };
    }
    if (event.operation === 'duplicates')
      return { phase: 'users', directoryUsers: event.users, remainingMs: null, limitedBy: 'destination' };
    if (event.operation === 'merge') {
      const { done, total } = event;
      return { phase: 'merge', total, remainingMs: remainingMs('merge', done, total), limitedBy: 'destination' };
    }
    const { phase, tallies, inFlight, directoryUsers, total } = event;
    return {
      phase,
      tallies,
      inFlight,
      ...defined({ directoryUsers, total }),
      remainingMs: remainingMs(phase, tallies.read, total),
      limitedBy: limitOf(event),
    };
  };
}

/** What the run waits for just now. */
function limitOf({ phase, inFlight }: RunProgressEvent): string {
  switch (phase) {
    case 'directory':
    case 'recover':
      return 'destination';
    case 'read':
      return inFlight > 0 ? 'destination' : 'source';
    case 'waiting':
    case 'deactivate':
    case 'drain':
      return 'jobs';
    default:
      return phase satisfies never;
  }
}
