/** Signals that ask a process to stop: from Ctrl-C, a supervisor, or a terminal that was closed. */
type StopName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Turns signals into one AbortSignal. The first signal asks a run to stop reading and finish its writes in flight
 * (src/core/pipeline/open-run.ts). The second ends the process at once, and the next run finds out what became of the
 * writes. `onSighup` replaces the meaning of SIGHUP.
 */
export function listenForSignals(process: {
  on(name: StopName, listener: () => void): unknown;
  exit(code: number): unknown;
}): { readonly signal: AbortSignal; onSighup(listener: () => void): void } {
  let hangUp: (() => void) | undefined;
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (name === 'SIGHUP' && hangUp) hangUp();
      else if (!stop.signal.aborted) stop.abort(new Error('The run was asked to stop.'));
      // For a closed terminal, the kernel and the shell both send SIGHUP: that is not a second request.
      else if (name !== 'SIGHUP') process.exit(130);
    });
  return {
    signal: stop.signal,
    onSighup: (listener) => {
      hangUp = listener;
    },
  };
}
