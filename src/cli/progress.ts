import type { Progress } from '../core/domain/run-report.ts';
import type { CommandContext } from './command.ts';

const plainEveryMs = 5_000;

/** Shows how a run gets on. */
export function createProgress(cli: CommandContext, now: () => number) {
  const { clear, done, ...line } = createProgressLine(
    cli,
    now,
    'Stopping: what is under way is followed to its end. Once more ends at once.',
  );
  if (cli.common.quiet) return { show: undefined, clear, done };
  const startedAt = now();
  return { show: (progress: Progress): void => line.show(describe(progress, (now() - startedAt) / 1000)), clear, done };
}

/** One line that is written over on a terminal, a plain line now and then elsewhere. Says so when the command is asked to stop. */
export function createProgressLine({ terminal, common, style }: CommandContext, now: () => number, stopping: string) {
  const { stderr, signal } = terminal;
  const isTerminal = stderr.isTTY === true;
  let plainAt = now();
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[2K');
    isDrawn = false;
  };
  const onStop = (): void => {
    clear();
    stderr.write(`${stopping}\n`);
  };
  if (!common.quiet) signal.addEventListener('abort', onStop, { once: true });
  return {
    show: (line: string): void => {
      if (common.quiet) return;
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
