import { argumentList } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const testConnector = defineCommand({
  name: 'connectors test',
  group: 'Try and extend',
  summary: 'Runs the tests of the connector in this folder.',
  examples: ['rolodesk connectors test'],
  exitCodes: { 1: 'a test failed' },
  arguments: {
    files: argumentList({ description: 'Test files (default: all in this folder).', completion: 'file' }),
  },
  async run(context, { files }) {
    const handler = await import('../../handlers/connectors/run-tests.ts');
    return await handler.runTests(context, files);
  },
});
