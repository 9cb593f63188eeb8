import { stateOf } from '../../../app/state/state-of.ts';
import type { CommandContext } from '../../command.ts';

/** Says where the state is. It opens nothing. */
export async function showState(cli: CommandContext, given: string | undefined): Promise<number> {
  const { state } = await stateOf(given, cli.app);
  cli.printJson({ state: state.location, kind: state.kind });
  cli.print(`${state.kind === 'sqlite' ? 'A file' : 'A PostgreSQL database'}: ${state.location}`);
  return 0;
}
