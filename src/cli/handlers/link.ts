import type { CommandContext } from '../command.ts';
import { visibleLine } from '../format/visible.ts';

/** Settles a conflict by hand: this customer is that Zendesk user. Takes effect with the next sync. */
export async function link(cli: CommandContext, key: string, zendeskId: string): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    await pipeline.link(key, zendeskId);
    cli.printJson({ key, zendeskId, linked: true });
    cli.print(`Customer ${visibleLine(key)} is Zendesk user ${zendeskId}. The next sync brings it in step.`);
    return 0;
  });
}
