import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';

interface Told {
  readonly rule: string;
  readonly state: string;
  readonly text: string;
}

const { createUrl } = usePostgres();

test.each([
  { command: 'serve', on: 'a file', state: async () => undefined },
  { command: 'worker', on: 'PostgreSQL', state: async () => ({ url: await createUrl() }) },
])(
  '$command, on $on: a configuration that becomes unusable is told to the targets of its previous version once, and so is that it is well again',
  {
    timeout: 60_000,
  },
  async ({ command, state }) => {
    const { folder } = await startTestEnvironment({
      customers: 0,
      state: await state(),
      more: 'schedule: "0 0 1 1 *"\nalerts: { targets: [{ type: command, command: [sh, -c, "cat >> told; echo >> told"] }] }\n',
    });
    const file = join(folder, 'rolodesk.yaml');
    const told = (): readonly Told[] => {
      if (!existsSync(join(folder, 'told'))) return [];
      const lines = readFileSync(join(folder, 'told'), 'utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    };
    if (command === 'worker') expect((await rolodesk(['state', 'migrate'], { cwd: folder })).code).toBe(0);
    const service = start([command, '--no-listen'], { cwd: folder });
    let log = '';
    service.child.stderr?.on('data', (chunk) => {
      log += String(chunk);
    });
    await eventually(() => log.includes('service started'));

    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace('connector: zendesk', 'connector: zendask'));
    await eventually(() => told().length > 0);
    expect(told()).toMatchObject([
      {
        rule: 'rejected-configuration',
        state: 'open',
        text: expect.stringContaining('its previous version stays in use'),
      },
    ]);
    // Another mistake is the same incident.
    writeFileSync(file, `${good}colour: red\n`);
    await eventually(() => log.split('configuration rejected').length > 2);
    writeFileSync(file, good);
    await eventually(() => told().length > 1);
    expect(told()[1]).toMatchObject({
      rule: 'rejected-configuration',
      state: 'over',
      text: expect.stringContaining('over: the configuration could not be used'),
    });
    service.child.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);
    expect(told()).toHaveLength(2);
  },
);
