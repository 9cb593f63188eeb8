import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTestEnvironment, usersOf } from '../../kit/environment/test-environment.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { testKey } from '../../kit/test-key.ts';

const { createUrl, server } = usePostgres();

async function syncOn(url: string, env: Readonly<Record<string, string>> = {}) {
  const { box, folder, configure } = await startTestEnvironment({ customers: 3, state: { url } });
  configure('');
  const sync = async (key = testKey) => {
    const { code, stdout, stderr } = await rolodesk(['sync', '--json'], {
      cwd: folder,
      env: { ROLODESK_KEY: key, ...env },
    });
    expect(stdout + stderr).not.toMatch(/a-database-secret|a-wrong-word|bob|reader|postgres:a/);
    const { error, outcome }: { error?: { code: string; message: string; hint: string }; outcome?: string } =
      JSON.parse(stdout);
    return { exit: code, code: error?.code, message: error?.message, hint: error?.hint, outcome };
  };
  return { box, folder, sync };
}

test.each([
  { name: 'a wrong password', url: () => server().url('postgres', 'a-wrong-word'), exit: 3, code: 'state-login' },
  {
    name: 'no such database',
    url: () =>
      server()
        .url()
        .replace(/\/postgres$/, '/nowhere'),
    exit: 3,
    code: 'state-login',
  },
  { name: 'a user who may not create a schema', url: () => server().url('reader'), exit: 3, code: 'state-rights' },
  {
    name: 'a host that does not exist',
    url: () => 'postgres://bob:a-wrong-word@database.invalid/rolodesk?sslmode=disable',
    exit: 4,
    code: 'network',
  },
  {
    name: 'a port where nobody listens',
    url: () => 'postgres://bob:a-wrong-word@127.0.0.1:1/rolodesk',
    exit: 4,
    code: 'network',
  },
])('$name: exit $exit with the address, and nobody was called', async ({ url, exit, code }) => {
  const { box, sync } = await syncOn(url());
  const ended = await sync();
  expect(ended).toMatchObject({
    exit,
    code,
    message: expect.stringContaining('postgres://'),
    hint: expect.any(String),
  });
  expect(box.quickbooks.requests().total + box.zendesk.requests().total).toBe(0);
});

test('tables of a newer version: exit 6, and they stay as they are', async () => {
  const url = await createUrl();
  const { sync } = await syncOn(url);
  const pool = new (await import('pg')).default.Pool({ connectionString: url, max: 1 });
  onTestFinished(() => pool.end());
  await pool.query('INSERT INTO rolodesk.migrations VALUES (1000, now())');
  expect(await sync()).toMatchObject({ exit: 6, code: 'state-version', message: expect.stringContaining('1000') });
  expect((await pool.query('SELECT FROM rolodesk.runs')).rowCount).toBe(0);
});

test('PostgreSQL 12: exit 6 with both versions', async () => {
  const port = await oldServer();
  const { sync } = await syncOn(`postgres://bob@127.0.0.1:${port}/rolodesk`);
  expect(await sync()).toMatchObject({ exit: 6, code: 'state-server', message: expect.stringMatching(/12.*15/) });
});

test('a worker with another ROLODESK_KEY, or with none: exit 6, the token stays, and the right key goes on', async () => {
  const { box, folder, sync } = await syncOn(await createUrl());
  expect(await sync()).toMatchObject({ exit: 0, outcome: 'completed' });
  const users = usersOf(box).length;
  for (const key of ['another key of a worker', '']) {
    const refused = await sync(key);
    expect(refused).toMatchObject({ exit: 6, code: 'wrong-key', hint: expect.stringContaining('ROLODESK_KEY') });
  }
  expect(await sync()).toMatchObject({ exit: 0, outcome: 'completed' });
  expect(usersOf(box)).toHaveLength(users);
  expect(folder).not.toBe('');
});

test('two pipelines with one name keep states of their own in one database, as in one file', async () => {
  const url = await createUrl();
  const one = await syncOn(url);
  const other = await syncOn(url);
  expect(await one.sync()).toMatchObject({ exit: 0 });
  expect(await other.sync()).toMatchObject({ exit: 0 });
  expect(usersOf(other.box)).toHaveLength(usersOf(one.box).length);
  expect(await one.sync()).toMatchObject({ exit: 0 });
});

test('a state that is neither a path nor PostgreSQL: exit 2 with the line', async () => {
  const { folder, sync } = await syncOn(await createUrl());
  writeFileSync(join(folder, '.env'), 'ROLODESK_STATE=mysql://root:a-wrong-word@db/rolodesk\n', { mode: 0o600 });
  expect(await sync()).toMatchObject({ exit: 2, code: 'state-location' });
});

/** Lets everybody in, and answers each query with the version that PostgreSQL 12 would. */
async function oldServer(): Promise<number> {
  const message = (type: string, ...parts: readonly (Buffer | string)[]): Buffer => {
    const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
    const head = Buffer.alloc(5);
    head.write(type, 0);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
  const int32 = (value: number): Buffer => Buffer.from([0, 0, value >> 8, value & 0xff]);
  const column = (name: string, type: number) => [
    name,
    int32(0),
    int16(0),
    int32(type),
    int16(-1 & 0xffff),
    int32(0),
    int16(0),
  ];
  const value = (text: string): Buffer => Buffer.concat([int32(text.length), Buffer.from(text)]);
  const ready = message('Z', Buffer.from('I'));
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    let isKnown = false;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (!isKnown) {
        isKnown = true;
        const status = message('S', 'server_version', '12.22');
        socket.write(Buffer.concat([message('R', int32(0)), status, ready]));
        return;
      }
      if (data[0] !== 0x51) return;
      const rows = [
        message('T', int16(2), ...column('version', 23), ...column('encoding', 25)),
        message('D', int16(2), value('120022'), value('UTF8')),
        message('C', 'SELECT 1'),
        ready,
      ];
      socket.write(Buffer.concat(rows));
    });
  });
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  const address = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a URL on the command line is not seen in the list of processes', {
  skip: process.platform !== 'linux',
}, async () => {
  const { folder } = await startTestEnvironment({ customers: 0 });
  const silent = createServer();
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connected = new Promise<Socket>((done) => silent.once('connection', done));
  const { child, ended } = start(['state', 'migrate', `postgres://bob:a-wrong-word@127.0.0.1:${port}/x`], {
    cwd: folder,
  });
  const socket = await connected;
  expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain('a-wrong-word');
  socket.destroy();
  expect(await ended).toMatchObject({ code: 4, stderr: expect.not.stringContaining('a-wrong-word') });
});
