import type { CommandContext } from '../../command.ts';
import { defineCommand } from '../../program/define-command.ts';

const run = async (context: CommandContext): Promise<number> =>
  await (await import('../../handlers/connectors/list.ts')).list(context);

export const connectors = defineCommand({
  name: 'connectors',
  group: 'Try and extend',
  summary: 'Lists the connectors; creates, tests and serves your own.',
  examples: ['rolodesk connectors', 'rolodesk connectors new acme --dir acme'],
  run,
});

/** The same, spelled out. */
export const listConnectors = defineCommand({
  name: 'connectors list',
  group: 'Try and extend',
  summary: 'Lists the connectors that Rolodesk has.',
  examples: ['rolodesk connectors list'],
  run,
});
