import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackgroundServices } from '../../src/app/service/background-services.ts';
import type { FollowedConfiguration } from '../../src/app/service/catalog/catalog.ts';
import { factsOf } from '../../src/app/service/catalog/facts.ts';
import type { Service } from '../../src/app/service/serve.ts';
import { readSettings } from '../../src/app/settings.ts';
import { systemClock } from '../../src/core/clock.ts';
import { quickbooksCredentials } from '../../src/sandbox/index.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { eventually } from '../kit/eventually.ts';
import { quiet } from '../kit/ports.ts';
import { startServing } from '../kit/service/serving.ts';
import { createTestClock } from '../kit/test-clock.ts';
import { serveScript } from '../kit/twins/scripted-server.ts';

const token = 'a verifier token';

test('a service receives webhooks and alerts as its configuration says, also after it was changed', async () => {
  const { origin, asked: reported } = await serveScript(() => ({ status: 200 }));
  const { box, folder, terminal, run } = await startTestEnvironment({ customers: 1 });
  await run();
  const configure = async (source: string, more: string): Promise<FollowedConfiguration> => {
    const text = box.configText(more).replace('\ndestination:', `\n${source}destination:`);
    writeFileSync(join(folder, 'rolodesk.yaml'), text);
    const settings = await readSettings({ asked: undefined, host: terminal });
    return { label: 'rolodesk.yaml', hash: more, facts: factsOf(settings), settings: async () => settings };
  };
  let configurations = [
    await configure(`  webhookVerifierToken: ${token}\n`, `alerts:\n  targets: [{ type: webhook, url: "${origin}/" }]`),
  ];
  const asks: unknown[] = [];
  const clock = createTestClock();
  const related = createBackgroundServices({
    configurations: () => configurations,
    requestRun: (pipeline, trigger, { keys }) => asks.push([pipeline, trigger, keys]),
    host: terminal,
    clock,
    log: quiet,
  });
  await related.follow(configurations);
  const body = Buffer.from(
    JSON.stringify([
      {
        id: 'e-1',
        type: 'qbo.customer.updated.v1',
        intuitentityid: '1',
        intuitaccountid: quickbooksCredentials.realmId,
      },
    ]),
  );
  const headers = { 'intuit-signature': createHmac('sha256', token).update(body).digest('base64') };
  const [route] = related.routes('/webhooks/customers');
  expect(route?.path).toBe('/webhooks/customers');
  expect(
    await route?.handle({
      headers,
      body,
      query: new URLSearchParams(),
      remoteAddress: '127.0.0.1',
      signal: new AbortController().signal,
    }),
  ).toEqual({ status: 200, body: '{}' });
  await clock.sleep(6_000);
  expect(asks).toEqual([['customers', 'change', ['1']]]);
  const refused = { code: 'invalid-grant', exitCode: 3, message: 'QuickBooks refused the refresh token.' };
  related.listener({ kind: 'run-rejected', pipeline: 'customers', at: clock.now(), ...refused });
  configurations = [await configure('', '')];
  related.listener({ kind: 'config-reloaded', at: clock.now(), pipelines: ['customers'] });
  await related.close();
  expect(reported.map(({ body: sent }) => sent)).toEqual([
    { text: 'Rolodesk, customers: the sync failed (invalid-grant): QuickBooks refused the refresh token.' },
  ]);
  expect(related.routes('/webhooks/customers')).toEqual([]);
});

test('what QuickBooks tells a service is in Zendesk by a run of just that customer', async () => {
  const environment = await startTestEnvironment({ customers: 3 });
  const { box, folder, terminal } = environment;
  const text = box.configText().replace('\ndestination:', `\n  webhookVerifierToken: ${token}\ndestination:`);
  writeFileSync(join(folder, 'rolodesk.yaml'), text);
  await environment.run();
  let service: Pick<Service, 'requestRun' | 'configurations'> | undefined;
  const related = createBackgroundServices({
    configurations: () => service?.configurations() ?? [],
    requestRun: (...given) => service?.requestRun(...given),
    host: terminal,
    clock: { ...systemClock, sleep: async () => undefined, elapsed: () => systemClock.elapsed() * 1_000 },
    log: quiet,
  });
  const serving = await startServing(environment, {
    routes: related.routes,
  });
  service = serving;
  await related.follow(serving.configurations());
  const url = `http://127.0.0.1:${serving.port}/webhooks/customers`;
  box.quickbooks.webhooks.register({ url, verifierToken: token, form: 'cloudevents' });
  box.quickbooks.company.upsert({ Id: '2', DisplayName: 'Renamed Nursery' });
  await serving.waitFor('run-ended');
  await eventually(() => [...box.zendesk.users.byId.values()].some(({ name }) => name === 'Renamed Nursery'));
  expect(serving.of('run-ended')[0]).toMatchObject({ trigger: 'change', report: { tallies: { read: 1, updated: 1 } } });
  await serving.stop();
  await related.close();
});
