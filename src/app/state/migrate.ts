import type { AppContext } from '../host.ts';
import { stateOf } from './state-of.ts';
import { migrateTurnsOf } from './turns.ts';

export interface MigrationReport {
  readonly location: string;
  readonly from: number;
  readonly to: number;
}

/** Brings a state to the version of this program, and makes it where there is none. */
export async function migrateState(context: AppContext, given: string | undefined): Promise<MigrationReport> {
  const { state } = await stateOf(given, context);
  const backend = await context.host.states.open(state);
  try {
    const versions = await backend.migrate();
    await migrateTurnsOf(backend);
    return { location: backend.location, ...versions };
  } finally {
    await backend.close();
  }
}
