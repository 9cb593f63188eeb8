/** What asks a process to stop: Ctrl-C, a supervisor, a terminal that was closed. */
type StopName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Turns signals into one AbortSignal. The first asks everything to come to its end; a second one ends the process at once:
 * what is in flight is found out by the next run. SIGHUP is for whoever has asked for it.
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
      // A closed terminal is signalled by the kernel and by the shell: that is not somebody who asks twice.
      else if (name !== 'SIGHUP') process.exit(130);
    });
  return {
    signal: stop.signal,
    onSighup: (listener) => {
      hangUp = listener;
    },
  };
}
