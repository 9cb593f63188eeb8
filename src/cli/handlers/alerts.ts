import type { CommandContext } from '../command.ts';

/** Sends a test to every target and says which took it. */
export async function testAlerts(cli: CommandContext): Promise<number> {
  const { style } = cli;
  return await cli.withPipeline(async (pipeline) => {
    const results = await pipeline.testAlerts();
    cli.printJson({ targets: results });
    for (const { target, ok, message } of results)
      cli.print(`${ok ? style.good('✔') : style.bad('✖')} ${target}: ${message}`);
    return results.every(({ ok }) => ok) ? 0 : 4;
  });
}
