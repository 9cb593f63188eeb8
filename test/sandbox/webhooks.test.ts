import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhookParser } from '../../src/connectors/quickbooks/parse-webhook.ts';
import type { WebhookResult } from '../../src/core/domain/webhook.ts';
import { quickbooksCredentials, startSandbox } from '../../src/sandbox/index.ts';

const verifierToken = 'a verifier token';

/** What a server that checks by the connector's own rules received. */
async function listen() {
  const parseWebhook = createWebhookParser({
    webhookVerifierToken: verifierToken,
    realmId: quickbooksCredentials.realmId,
  });
  const received: WebhookResult[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const signature = String(incoming.headers['intuit-signature']);
    const result = parseWebhook?.({ headers: { 'intuit-signature': signature }, body: Buffer.concat(chunks) });
    if (result) received.push(result);
    outgoing.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const changes = (): string[] =>
    received.flatMap((one) =>
      one.kind === 'changes' ? one.changes.map(({ key, kind }) => `${key} ${kind}`) : one.why,
    );
  return { url: `http://127.0.0.1:${port}/webhooks/customers`, changes };
}

test.each(['cloudevents', 'legacy'])('the twin tells what changes, signed, in the form %s', async (form) => {
  const box = await startSandbox({ customers: 3 });
  onTestFinished(box.close);
  const { url, changes } = await listen();
  const control = (path: string, body: object = {}) =>
    fetch(`${box.quickbooks.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect((await control('webhooks', { url, verifierToken, form })).status).toBe(200);
  await control('customers/1', { DisplayName: 'Ada' });
  await control('customers', { DisplayName: 'Grace' });
  await control('customers/2/remove');
  box.quickbooks.company.remove('3', '1');
  await box.quickbooks.webhooks.idle();
  expect(changes()).toEqual(['1 changed', '4 changed', '2 gone', '1 gone', '3 gone']);
});

test('the twin tells nobody outside this machine', async () => {
  const box = await startSandbox({ customers: 1 });
  onTestFinished(box.close);
  const body = JSON.stringify({ url: 'https://hooks.example.com/webhooks', verifierToken });
  const { status } = await fetch(`${box.quickbooks.url}/__sandbox/webhooks`, { method: 'POST', body });
  expect(status).toBe(400);
});
