import { systemClock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { beforeRun } from '../../core/pipeline/before-run.ts';
import { assemble } from './assemble.ts';
import { identityOf } from './pipeline-identity.ts';
import type { OpenOptions, PipelineParts } from './pipeline-parts.ts';

/** Puts a pipeline together from its configuration. Everything opened is closed by `close`. */
export async function open(options: OpenOptions): Promise<PipelineParts> {
  const { settings, host, log, signal, write, clock = systemClock, run } = options;
  const { state, name } = settings;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const backend = await host.states.open(state);
    closers.push(backend.close);
    const identity = identityOf(settings);
    const own = write && !options.lease ? await backend.acquireLease(identity.destinationOrigin) : undefined;
    if (own) closers.push(own.release);
    const lease = write ? (options.lease ?? own) : undefined;
    const store = await backend.openStore({ clock, ...defined({ lease }) });
    closers.push(() => store.close());
    const id = await store.openPipeline(identity);
    const parts = () => assemble(options, { store, id, lease, clock, closers });
    const assembled = run ? await beforeRun(run, { store, id, name, clock, log, signal }, parts) : await parts();
    return { ...assembled, close };
  } catch (error) {
    await close();
    throw error;
  }
}
