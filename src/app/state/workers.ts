import type { WorkerView } from '../../core/service/turns/turns.ts';
import type { AppContext } from '../host.ts';
import { stateOf } from './state-of.ts';
import { workersOf } from './turns.ts';

export interface WorkersReport {
  readonly location: string;
  readonly workers: readonly WorkerView[];
}

/** Who works on a state. Throws ConfigError for a state in a file, which nobody shares. */
export async function findWorkers(context: AppContext, given: string | undefined): Promise<WorkersReport> {
  const { state } = await stateOf(given, context);
  const backend = await context.host.states.open(state);
  try {
    return { location: backend.location, workers: await workersOf(backend) };
  } finally {
    await backend.close();
  }
}
