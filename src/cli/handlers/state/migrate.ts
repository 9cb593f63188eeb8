import { migrateState } from '../../../app/state/migrate.ts';
import type { CommandContext } from '../../command.ts';

export async function migrate(cli: CommandContext, given: string | undefined): Promise<number> {
  const { location, from, to } = await migrateState(cli.app, given);
  cli.printJson({ state: location, from, to });
  const done = from === to ? `is at version ${to} already` : `is at version ${to} now (was ${from})`;
  cli.print(`${cli.style.good('✔')} ${location} ${done}.`);
  return 0;
}
