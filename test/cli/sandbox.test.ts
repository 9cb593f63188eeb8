import { expect, test } from 'vitest';
import { sandbox } from '../../src/cli/handlers/sandbox.ts';
import { commandContext } from '../kit/environment/command-context.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

const options = {
  customers: 3,
  users: 0,
  seed: 1,
  plan: 'enterprise-plus',
  jobLatency: 0,
  quickbooksPort: 0,
  zendeskPort: 0,
  sourcePort: 0,
};

test('--from zendesk: two accounts, and a configuration that reads one of them and writes to the other', async () => {
  const { cli, printed } = commandContext(await startTestEnvironment({ customers: 0 }), { json: true });
  const ended = { ...cli, terminal: { ...cli.terminal, signal: AbortSignal.abort() } };
  expect(await sandbox(ended, { ...options, from: 'zendesk' })).toBe(0);
  const { source, zendesk, config } = JSON.parse(printed());
  expect(source).not.toBe(zendesk);
  expect(config).toContain(`source:\n  connector: zendesk\n  baseUrl: ${source}\n`);
  expect(config).toContain(`destination:\n  connector: zendesk\n  baseUrl: ${zendesk}\n`);
});
