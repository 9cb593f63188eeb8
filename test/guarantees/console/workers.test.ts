import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser, runTask } from '../../kit/console/start-console.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';

const { createUrl } = usePostgres();
const pipeline = 'customers';
const token = 'olgas-own-token-0123456789abcdef0123456789';

/** In front of the workers, as a load balancer: each connection goes to the next of them. */
async function startBalancer(): Promise<{
  readonly origin: string;
  add(port: number): void;
  remove(port: number): void;
}> {
  const ports: number[] = [];
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((socket) => {
    const port = ports[turn % ports.length] ?? 0;
    turn += 1;
    const worker = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [socket, worker],
      [worker, socket],
    ] as const) {
      open.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => open.delete(end));
      end.pipe(other);
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    for (const one of open) one.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The balancer has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    add: (port) => void ports.push(port),
    remove: (port) => void ports.splice(ports.indexOf(port), 1),
  };
}

test('a session, a task, a plan and the events go on at another worker, also when one was killed', {
  timeout: 60_000,
}, async () => {
  const balancer = await startBalancer();
  const more = [
    'console:',
    `  publicUrl: ${balancer.origin}`,
    `  auth: { tokens: [{ name: olga, role: operator, token: ${token} }] }`,
    '',
  ].join('\n');
  const it = await startTestEnvironment({ customers: 20, state: { url: await createUrl() }, more });
  expect((await rolodesk(['state', 'migrate'], { cwd: it.folder })).code).toBe(0);
  const workers = await Promise.all([startWorker(it.folder), startWorker(it.folder)]);
  for (const { port } of workers) balancer.add(port);

  const browser = createBrowser(balancer.origin, {});
  await browser.call('signInByToken', { body: { token } });
  for (const _ of workers)
    expect(await browser.call('getSession')).toMatchObject({ user: { name: 'olga' }, shared: true });

  const before = await watch();
  const made = await runTask(browser, pipeline, { kind: 'plan' });
  const plan = { path: { plan: made.id } };
  const shown = [await browser.call('getPlan', plan), await browser.call('getPlan', plan)];
  expect(shown[0]).toMatchObject({ state: 'ready', by: 'olga' });
  expect(shown[1]).toEqual(shown[0]);
  await eventually(() => before.events.some(({ kind, task }) => kind === 'task' && task?.state === 'done'));
  await before.close();

  const [killed] = workers;
  killed?.child.kill('SIGKILL');
  await killed?.ended;
  balancer.remove(killed?.port ?? 0);
  const applied = await runTask(browser, pipeline, { kind: 'apply', plan: made.id });
  expect(applied.result).toMatchObject({ outcome: 'completed', tallies: { created: shown[0]?.counts.create } });
  const later = await watch(before.events.at(-1)?.id);
  await eventually(() => later.events.some(({ task }) => task?.kind === 'apply' && task.state === 'done'));
  await later.close();
  const ids = [...before.events, ...later.events].map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  const { items } = await browser.call('listAuditLog', {});
  expect(items.map(({ act, actor }) => [act, actor])).toEqual([
    ['startTask', 'olga'],
    ['startTask', 'olga'],
    ['signInByToken', 'olga'],
  ]);

  async function watch(after?: number) {
    const gone = new AbortController();
    const headers = after === undefined ? {} : { 'last-event-id': String(after) };
    const { body } = await browser.fetch('/api/v1/events', { headers, signal: gone.signal });
    const events: StreamEvent[] = [];
    let text = '';
    const over = (async () => {
      for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part;
        events.length = 0;
        for (const [, id, data = ''] of text.matchAll(/^id: (\d+)\nevent: [\w-]+\ndata: (.*)$/gm))
          events.push({ ...JSON.parse(data), id: Number(id) });
      }
    })().catch(() => undefined);
    return {
      events,
      async close() {
        gone.abort();
        await over;
      },
    };
  }
});

interface StreamEvent {
  readonly id: number;
  readonly kind: string;
  readonly task?: { readonly kind: string; readonly state: string };
}

async function startWorker(cwd: string) {
  const { child, ended } = start(['worker', '--listen', '127.0.0.1:0', '--console'], { cwd });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  const port = () => Number(/"port":(\d+)/.exec(log)?.[1] ?? 0);
  await eventually(() => port() > 0);
  return { child, ended, port: port() };
}
