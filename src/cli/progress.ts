import type { Progress } from '../core/report/report.ts';
import type { Stage } from './command.ts';

const plainEveryMs = 5_000;

/** Shows how a run gets on: one line that is written over on a terminal, a plain line now and then elsewhere. */
export function createProgress({ terminal, common, style }: Stage, now: () => number) {
  if (common.quiet) return { show: undefined, clear: () => undefined, done: () => undefined };
  const { stderr, signal } = terminal;
  const isTerminal = stderr.isTTY === true;
  const startedAt = now();
  let plainAt = startedAt;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[2K');
    isDrawn = false;
  };
  const onStop = (): void => {
    clear();
    stderr.write('Stopping: what is under way is followed to its end. Once more ends at once.\n');
  };
  signal.addEventListener('abort', onStop, { once: true });
  return {
    show: (progress: Progress): void => {
      const line = describe(progress, (now() - startedAt) / 1000);
      if (isTerminal) {
        stderr.write(`\r\u001b[2K${style.dim(line)}`);
        isDrawn = true;
        return;
      }
      if (now() - plainAt < plainEveryMs) return;
      plainAt = now();
      stderr.write(`${line}\n`);
    },
    /** Takes the line away, so that something else can be written. */
    clear,
    done: (): void => {
      signal.removeEventListener('abort', onStop);
      clear();
    },
  };
}

const phases: Readonly<Record<Progress['phase'], string>> = {
  directory: "learning Zendesk's users",
  recover: 'finding out what an earlier run left open',
  read: 'reading and writing',
  waiting: 'taking up what waited',
  deactivate: 'deactivating',
  drain: 'waiting for the last jobs',
};

function describe({ phase, tallies, inFlight, directoryUsers }: Progress, seconds: number): string {
  if (directoryUsers !== undefined) return `${phases[phase]}: ${directoryUsers}`;
  const rate = seconds > 0 ? Math.round(tallies.read / seconds) : 0;
  const { read, created, updated, unchanged, skipped, rejected } = tallies;
  return `${phases[phase]}: ${read} settled (${rate}/s), ${inFlight} under way · ${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${rejected} rejected`;
}
