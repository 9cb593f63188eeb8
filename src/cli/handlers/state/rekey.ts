import { rekeyState } from '../../../app/state/rekey.ts';
import { counted } from '../../../core/records/counted.ts';
import type { CommandContext } from '../../command.ts';
import { visibleLine } from '../../format/visible.ts';

export async function rekey(cli: CommandContext, given: string | undefined): Promise<number> {
  const { location, rekeyed, unchanged, unreadable } = await rekeyState(cli.app, given);
  cli.printJson({ state: location, rekeyed: rekeyed.length, unchanged: unchanged.length, unreadable });
  cli.print(
    `${cli.style.good('✔')} ${counted(rekeyed.length, 'credential', 'credentials')} encrypted with the new key.`,
  );
  if (unchanged.length > 0)
    cli.print(`  ${counted(unchanged.length, 'other was', 'others were')} encrypted with it before.`);
  for (const name of unreadable)
    cli.print(cli.style.warn(`! ${visibleLine(name)} is encrypted with neither key: connect again, or use its key.`));
  return unreadable.length > 0 ? 1 : 0;
}
