import { hintOf } from '../../app/hint.ts';
import { defined } from '../../core/defined.ts';
import type { CheckLine, CheckResult } from '../../core/domain/context.ts';
import type { CommandContext } from '../command.ts';
import { printWarnings } from '../print/print-warnings.ts';
import { wordsFor } from '../remedies.ts';

/** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
export async function check(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const { isReady, source, destination, mapping, warnings, error } = await pipeline.check();
    const hint = error && hintOf(error, wordsFor);
    cli.printJson({
      ready: isReady,
      config: pipeline.configPath,
      source,
      destination,
      mapping,
      warnings,
      ...(error && { error: { code: error.code, message: error.message, ...defined({ hint }) } }),
    });
    const { accounts } = pipeline;
    cli.print(`${pipeline.configPath}`);
    show(cli, source, `reads from ${accounts.source.origin}`);
    show(
      cli,
      { ...destination, lines: [...destination.lines, ...mapping] },
      `writes to ${accounts.destination.origin}`,
    );
    printWarnings(cli, warnings);
    return error?.exitCode ?? (isReady ? 0 : 3);
  });
}

/** The address comes first: it says which account a sync would write to. */
function show({ print, style }: CommandContext, { identity, lines }: CheckResult, address: string): void {
  const isReached = lines.every(({ ok, title }) => ok !== false || title !== 'connection');
  print(`${isReached ? style.good('✔') : style.bad('✖')} ${style.bold(identity)}`);
  print(`  ${style.dim(address)}`);
  for (const line of lines) print(`  ${markOf(line)} ${line.title}: ${line.detail}`);

  function markOf({ ok }: CheckLine): string {
    if (ok === true) return style.good('✔');
    return ok === 'warning' ? style.warn('!') : style.bad('✖');
  }
}
