import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhookParser } from '../src/connectors/quickbooks/parse-webhook.ts';
import { systemClock } from '../src/core/clock.ts';
import { createWebhookReceiver } from '../src/core/service/webhook-receiver.ts';
import { openSqliteStore } from '../src/core/state/sqlite/open-store.ts';
import { type Row, row } from './measure.ts';

const token = 'bench';
const realmId = '1';
const requests = 2_000;
const eventsEach = 5;
/** Intuit's time-out, in milliseconds. */
const answerMs = 3_000;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** 10,000 events in a burst, each on disk before it is answered: the answer that one in a hundred waits longer for. */
export async function measureWebhooks(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-bench-'));
  const store = await openSqliteStore({ path: join(folder, 'state.db'), clock: systemClock });
  const names = { name: 'bench', sourceConnector: 'quickbooks', sourceOrigin: '', sourceAccount: realmId };
  const id = await store.openPipeline({ ...names, destinationOrigin: '' });
  const parseWebhook = createWebhookParser({ webhookVerifierToken: token, realmId });
  if (!parseWebhook) throw new Error('There is a token.');
  const ports = { pipeline: 'bench', id, store, clock: systemClock, log: silent };
  const receiver = createWebhookReceiver({ ...ports, parseWebhook, requestRun: () => undefined });
  const took: number[] = [];
  try {
    for (let n = 0; n < requests; n += 1) {
      const body = Buffer.from(
        JSON.stringify(Array.from({ length: eventsEach }, (_, at) => event(n * eventsEach + at))),
      );
      const headers = { 'intuit-signature': createHmac('sha256', token).update(body).digest('base64') };
      const begun = performance.now();
      const { status } = await receiver.route.handle({ headers, body });
      took.push(performance.now() - begun);
      if (status !== 200) throw new Error(`A webhook was answered ${status}.`);
    }
  } finally {
    await receiver.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  took.sort((a, b) => a - b);
  return [
    row(
      'answer to a webhook, 10,000 events in a burst, p99, ms',
      answerMs,
      took[Math.floor(requests * 0.99)] ?? 0,
      'at most',
    ),
  ];
}

function event(n: number) {
  const common = { specversion: '1.0', type: 'qbo.customer.updated.v1', time: '2026-11-23T12:00:00Z' };
  return { ...common, id: `event-${n}`, intuitentityid: String(n), intuitaccountid: realmId };
}
