import { spawn } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';

export interface TapCommand {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'sleep'>;
}

export type TapEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly error: Error };

/** How long a tap has to end by itself after SIGTERM. */
const graceMs = 5_000;
/** On Windows there are no groups, and a tap is ended alone. */
const hasGroups = process.platform !== 'win32';

/** Starts the process of a tap. Whoever starts it calls `stop`, also when it has ended: then nothing that it started is left. */
export function startTap({ command, folder, env, clock }: TapCommand) {
  const [program = '', ...args] = command;
  // A group of its own: taps are often started by something else, which would leave them behind.
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: hasGroups });
  const over = new AbortController();
  const ended = new Promise<TapEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', error }));
    child.once('exit', (code, by) =>
      resolve(code === null ? { kind: 'signal', signal: `${by}` } : { kind: 'exit', code }),
    );
  }).finally(() => over.abort());

  const killNow = (): void => kill('SIGKILL');
  process.once('exit', killNow);
  let stopping: Promise<void> | undefined;

  async function end(): Promise<void> {
    if (!over.signal.aborted) {
      kill('SIGTERM');
      await Promise.race([ended, clock.sleep(graceMs, over.signal).catch(() => undefined)]);
      // Also what a wrapper, which has ended by now, may have left.
      kill('SIGKILL');
      await ended;
    }
    child.stdout.destroy();
    child.stderr.destroy();
    process.off('exit', killNow);
  }

  function kill(how: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    if (!hasGroups) return void child.kill(how);
    try {
      process.kill(-child.pid, how);
    } catch (error) {
      // Nobody is left to be ended.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  return {
    stdout: child.stdout,
    stderr: child.stderr,
    /** Resolves when the process has ended, however it did. */
    ended,
    /** SIGTERM, then SIGKILL, for all that it started. Calling it again waits for the same end. */
    stop(): Promise<void> {
      stopping ??= end();
      return stopping;
    },
  };
}
