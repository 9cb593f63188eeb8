import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { TransientError } from '../../../../src/core/domain/errors.ts';
import type { Json } from '../../../../src/core/domain/json.ts';
import { loadKey } from '../../../../src/core/state/credentials.ts';
import { createPostgresCredentials } from '../../../../src/core/state/postgres/credentials.ts';
import { captureOutput, startChild } from '../../../kit/processes/child.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const postgres = usePostgres();

async function open(secret = 'first key') {
  const database = await postgres.emptied();
  const key = loadKey({ secret, file: '' });
  return { database, store: createPostgresCredentials({ database, clock: systemClock, key: () => key }) };
}

const token: Json = { refreshToken: 'AB11-plain-secret', expiresAt: 1, note: 'Zoë 🌻' };

test('what was saved is there under its name until it is forgotten, and a later value takes its place', async () => {
  const { store } = await open();
  await store.save('quickbooks 1', { refreshToken: 'first' });
  await store.save('quickbooks 1', token);
  await store.save('a', null);
  expect(await store.load('quickbooks 1')).toEqual(token);
  expect(await store.names()).toEqual(['a', 'quickbooks 1']);
  await store.forget('quickbooks 1');
  expect(await store.load('quickbooks 1')).toBeUndefined();
});

test('the table does not hold the secret in the clear', async () => {
  const { database, store } = await open();
  await store.save('quickbooks 1', token);
  const [rows = []] = await database.read([
    { text: "SELECT encode(value, 'escape') AS value FROM rolodesk.credentials" },
  ]);
  expect(rows).toHaveLength(1);
  expect(String(rows[0]?.value)).not.toMatch(/plain-secret|refreshToken/);
});

test('another key says by their ids that it is another, with what to do', async () => {
  const { database, store } = await open();
  await store.save('quickbooks 1', token);
  const other = loadKey({ secret: 'second key', file: '' });
  const loading = createPostgresCredentials({ database, clock: systemClock, key: () => other }).load('quickbooks 1');
  await expect(loading).rejects.toMatchObject({
    exitCode: 6,
    code: 'wrong-key',
    message: expect.stringMatching(/saved with key [0-9a-f]{8}, and this is key [0-9a-f]{8}\./),
    hint: expect.stringContaining('ROLODESK_KEY'),
  });
});

test('a value that was moved to another name is refused', async () => {
  const { database, store } = await open();
  await store.save('a', token);
  await database.write([{ text: "UPDATE rolodesk.credentials SET name = 'b'" }]);
  await expect(store.load('b')).rejects.toMatchObject({ exitCode: 6 });
});

test('work of one name is done one after the other, of another name next to it; a failure frees the way', async () => {
  const { database, store: one } = await open();
  const two = createPostgresCredentials({ database, clock: systemClock, key: () => Buffer.alloc(32) });
  const order: string[] = [];
  const { promise: gate, resolve: finish } = Promise.withResolvers<void>();
  const work = (name: string, ends: Promise<unknown>) => async () => {
    order.push(`${name} begins`);
    await ends;
    order.push(`${name} ends`);
  };
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const first = one.exclusive('a', async () => {
    begin();
    await work('first', gate)();
  });
  await begun;
  const others = [
    one.exclusive('a', work('second', Promise.resolve())),
    two.exclusive('a', work('third', Promise.resolve())),
  ];
  await two.exclusive('b', work('other', Promise.resolve()));
  expect(order).toEqual(['first begins', 'other begins', 'other ends']);
  finish();
  await Promise.all([first, ...others]);
  for (const name of ['second', 'third'])
    expect(order.indexOf(`${name} ends`) - order.indexOf(`${name} begins`)).toBe(1);
  await expect(one.exclusive('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await two.exclusive('a', async () => 'free')).toBe('free');
});

test('of 200 refreshes by two processes none is lost, though each token is good for one', {
  timeout: 120_000,
}, async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  const key = Buffer.alloc(32, 7);
  const store = createPostgresCredentials({ database, clock: systemClock, key: () => key });
  await store.save('quickbooks 1', 'token 0');
  const issued = await startIssuer();
  const source = (path: string): string => JSON.stringify(resolve(import.meta.dirname, '../../../../src/core', path));
  const refresher = `
    import { systemClock } from ${source('clock.ts')};
    import { openPostgresBackend } from ${source('state/postgres/backend.ts')};
    const [url, issuer] = process.argv.slice(1);
    const backend = await openPostgresBackend({ url, clock: systemClock, worker: 'child', schema: { kind: 'create-if-missing' } });
    const store = await backend.openCredentials({ clock: systemClock, key: () => Buffer.alloc(32, 7) });
    let refused = 0;
    for (let count = 0; count < 100; count += 1)
      await store.exclusive('quickbooks 1', async () => {
        const reply = await fetch(issuer, { method: 'POST', body: await store.load('quickbooks 1') });
        if (!reply.ok) refused += 1;
        else await store.save('quickbooks 1', await reply.text());
      });
    await backend.close();
    console.log('refused ' + refused);
  `;
  const children = [1, 2].map(() => startChild(refresher, [url, issued.url]));
  expect(await Promise.all(children.map(captureOutput))).toEqual(['refused 0', 'refused 0']);
  expect(await store.load('quickbooks 1')).toBe('token 200');
  expect(issued.count()).toBe(200);
});

/** Takes the latest token only, and gives the next one for it. */
async function startIssuer() {
  let count = 0;
  const server = createServer((request, reply) => {
    let given = '';
    request.on('data', (part) => {
      given += String(part);
    });
    request.on('end', () => {
      if (given !== `token ${count}`) return reply.writeHead(400).end();
      count += 1;
      reply.end(`token ${count}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, count: () => count };
}

test('a refreshed token waits for a database that starts again, and is not lost', async () => {
  const { database } = await open();
  const clock = createTestClock({ moves: 'at-once' });
  let failures = 3;
  const write: typeof database.write = async (statements) => {
    if (failures === 0) return await database.write(statements);
    failures -= 1;
    throw new TransientError('The state is not available (57P01).');
  };
  const key = (): Buffer => Buffer.alloc(32);
  const store = createPostgresCredentials({ database: { ...database, write }, clock, key });
  await store.save('quickbooks 1', token);
  expect(await store.load('quickbooks 1')).toEqual(token);
  failures = Number.POSITIVE_INFINITY;
  await expect(store.save('quickbooks 1', token)).rejects.toMatchObject({ exitCode: 4 });
  expect(clock.elapsed()).toBeGreaterThan(60_000);
});
