import type { CheckLine, CheckResult } from '../../core/domain/context.ts';
import type { CommandContext } from '../command.ts';
import { printWarnings } from '../print/print-warnings.ts';

/** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
export async function check(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const { isReady, source, destination, mapping, warnings } = await pipeline.check();
    cli.printJson({ ready: isReady, config: pipeline.configPath, source, destination, mapping, warnings });
    cli.print(`${pipeline.configPath}`);
    show(cli, source);
    show(cli, { ...destination, lines: [...destination.lines, ...mapping] });
    printWarnings(cli, warnings);
    return isReady ? 0 : 3;
  });
}

function show({ print, style }: CommandContext, { identity, lines }: CheckResult): void {
  print(`${style.good('✔')} ${style.bold(identity)}`);
  for (const line of lines) print(`  ${markOf(line)} ${line.title}: ${line.detail}`);

  function markOf({ ok }: CheckLine): string {
    if (ok === true) return style.good('✔');
    return ok === 'warning' ? style.warn('!') : style.bad('✖');
  }
}
