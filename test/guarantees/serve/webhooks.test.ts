import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openWebhookReceiver } from '../../../src/app/service/webhook-receiver.ts';
import { readSettings } from '../../../src/app/settings.ts';
import type { ServiceEvent } from '../../../src/core/service/events.ts';
import type { WebhookReceiver } from '../../../src/core/service/webhook-receiver.ts';
import { quickbooksCredentials } from '../../../src/sandbox/index.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { quiet } from '../../kit/ports.ts';
import { createCompanyEvents } from '../../kit/service/intuit-webhooks.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const token = 'a verifier token';

/** As the service does: one run at a time, and what is asked for meanwhile gathered into the next. */
function createRuns(environment: TestEnvironment, tell: (event: ServiceEvent) => void) {
  const asks: (readonly string[] | 'all')[] = [];
  let deferred: (readonly string[] | 'all')[] = [];
  let going: Promise<void> | undefined;
  async function work(): Promise<void> {
    for (let next = deferred; next.length > 0; next = deferred) {
      deferred = [];
      const keys = next.includes('all') ? undefined : [...new Set(next.flat())];
      asks.push(keys ?? 'all');
      const common = { pipeline: 'customers', at: 0, trigger: 'change' as const };
      tell({ kind: 'run-started', ...common });
      tell({ kind: 'run-ended', ...common, report: await environment.run(keys ? { keys } : {}) });
    }
    going = undefined;
  }
  return {
    asks,
    requestRun: (_: string, __: 'change', { keys }: { readonly keys?: readonly string[] }): void => {
      deferred.push(keys ?? 'all');
      going ??= work();
    },
    idle: async () => await going,
  };
}

async function listening(options: Parameters<typeof startTestEnvironment>[0] = {}) {
  const environment = await startTestEnvironment(options);
  const clock = createTestClock();
  const text = environment.box.configText();
  writeFileSync(
    `${environment.folder}/rolodesk.yaml`,
    text.replace('\ndestination:', `\n  webhookVerifierToken: ${token}\ndestination:`),
  );
  const settings = await readSettings({ asked: undefined, host: environment.terminal });
  let receiver: WebhookReceiver | undefined;
  const runs = createRuns(environment, (event) => receiver?.listener(event));
  const start = async (): Promise<WebhookReceiver> => {
    const opened = await openWebhookReceiver({
      settings,
      host: environment.terminal,
      clock,
      log: quiet,
      requestRun: runs.requestRun,
    });
    if (!opened) throw new Error('The configuration receives no webhooks.');
    receiver = opened;
    await opened.start();
    return opened;
  };
  return { ...environment, clock, runs, start };
}

const queries = ({ byRoute }: { readonly byRoute: Readonly<Record<string, number>> }): number =>
  byRoute['GET /v3/company/{id}/query'] ?? 0;

test('of a burst of 10,000 events every real change reaches Zendesk, through repeats, forgeries and a restart', async () => {
  const { box, run, runs, start, clock } = await listening({ customers: 0 });
  await run();
  const events = createCompanyEvents({ realmId: quickbooksCredentials.realmId, token, seed: 7 });
  const real = Array.from({ length: 8_000 }, (_, n) => String(n + 1));
  for (const id of real)
    box.quickbooks.company.upsert({
      Id: id,
      DisplayName: `Customer ${id}`,
      PrimaryEmailAddr: { Address: `c${id}@example.com` },
    });
  box.quickbooks.resetRequests();
  let receiver = await start();
  const send = async (ids: readonly string[]): Promise<void> => {
    for (const { request, isForged } of events.burst(ids)) {
      const { status } = await receiver.route.handle(request);
      expect(status).toBe(isForged ? 401 : 200);
    }
  };
  await send(real.slice(0, 4_000));
  await receiver.close();
  receiver = await start();
  await send(real.slice(4_000));
  await clock.sleep(10_000);
  await runs.idle();
  await receiver.close();

  expect(events.sent()).toBe(10_000);
  const emails = new Set([...box.zendesk.users.byId.values()].map(({ email }) => email));
  expect(real.filter((id) => !emails.has(`c${id}@example.com`))).toEqual([]);
  expect(runs.asks.flat()).not.toContain('999999');
  // Ids of four digits: a request line of 4 KB holds more than 250 of them.
  const allowed = runs.asks.map((keys) => (keys === 'all' ? Number.NaN : Math.ceil(keys.length / 250)));
  expect(queries(box.quickbooks.requests())).toBeLessThanOrEqual(allowed.reduce((sum, n) => sum + n, 0));
  expect(runs.asks.flat().length).toBeLessThanOrEqual(8_000);
}, 30_000);

test('a merged customer that a webhook reported is found by an incremental sync, and never by its key', async () => {
  const { box, run, runs, start, clock } = await listening({ customers: 3 });
  await run();
  box.quickbooks.company.remove('2', '1');
  const receiver = await start();
  const body = Buffer.from(
    JSON.stringify([
      {
        id: 'e-1',
        type: 'qbo.customer.merged.v1',
        intuitentityid: '1',
        intuitaccountid: quickbooksCredentials.realmId,
        data: { deletedid: '2' },
      },
    ]),
  );
  const headers = { 'intuit-signature': createHmac('sha256', token).update(body).digest('base64') };
  await receiver.route.handle({ headers, body });
  await clock.sleep(6_000);
  await runs.idle();
  // Received again, it is nothing new.
  await receiver.route.handle({ headers, body });
  await clock.sleep(6_000);
  await receiver.close();
  expect(runs.asks).toEqual(['all']);
  expect([...box.zendesk.users.byId.values()].flatMap(({ tags }) => tags)).toContain('quickbooks-inactive');
});
