import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createFakeClock } from '../../../src/testing/index.ts';
import { eventually } from '../../kit/eventually.ts';
import { playing, record, schema, state } from './play.ts';
import { fullTableTap } from './tap-twin.ts';

/** What has ended and was not fetched by its parent yet has ended. Only Linux tells the two apart. */
const isAlive = (pid = 0): boolean => {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
};

const page = [schema(), ...Array.from({ length: 100 }, (_, index) => record(index + 1)), state(1)];

test("the tap's configuration is a file that only we can read, its secrets are given to the redactor, and it is gone afterwards", async () => {
  const config = { api_key: 'short', nested: { note: 'a long text of somebody' }, start: '2020-01-01T00:00:00Z' };
  const { read, given, reported } = playing([schema()], { config });
  await read();
  expect(given()).toMatchObject({ config, modes: ['600', '700'] });
  expect(existsSync(given()?.path ?? '')).toBe(false);
  expect(reported).toEqual(['short', 'a long text of somebody']);
});

test('what a tap writes into its configuration is kept for the next run, until the configuration changes', async () => {
  const { source, read, given, reported, context } = playing([schema(), record(1)], {
    config: { refresh_token: 'first', rotates: true },
  });
  await read();
  expect(reported).toContain('first-rotated');
  await source.check(context());
  expect(given()?.config).toMatchObject({ refresh_token: 'first-rotated' });
});

test('a reader that leaves ends the tap and all that it has started', async () => {
  const { source, given, context } = playing(page, { config: { stays: true, child: true } });
  for await (const _ of source.read(undefined, context())) break;
  expect(given()?.child).toBeGreaterThan(0);
  expect(isAlive(given()?.pid)).toBe(false);
  await eventually(() => !isAlive(given()?.child));
  expect(existsSync(given()?.path ?? '')).toBe(false);
});

test('a tap that ignores SIGTERM is killed when its time is over', async () => {
  const asked: number[] = [];
  let isOver = () => {};
  const clock = {
    ...systemClock,
    sleep: async (ms: number) => {
      asked.push(ms);
      await new Promise<void>((done) => {
        isOver = done;
      });
    },
  };
  const { source, given, context, path } = playing(page, { config: { stays: true, deaf: true } }, { clock });
  const stop = new AbortController();
  const pages = source.read(undefined, context(stop.signal))[Symbol.asyncIterator]();
  await pages.next();
  stop.abort(new Error('The run was asked to stop.'));
  const next = expect(pages.next()).rejects.toThrow('asked to stop');
  await eventually(() => existsSync(`${path}.term`));
  expect(isAlive(given()?.pid)).toBe(true);
  isOver();
  await next;
  expect(asked).toEqual([5000]);
  expect(isAlive(given()?.pid)).toBe(false);
});

test('a tap that says nothing any more is stopped', async () => {
  const { source, given, context } = playing(
    page,
    { config: { stays: true }, timeout: 1 },
    { clock: createFakeClock() },
  );
  await expect(Array.fromAsync(source.read(undefined, context()))).rejects.toMatchObject({
    code: 'singer-silent',
    exitCode: 4,
  });
  expect(isAlive(given()?.pid)).toBe(false);
});

test('a command that is not there is reported with its name', async () => {
  await expect(playing([], { command: ['tap-nowhere', 'a-secret'] }).read()).rejects.toMatchObject({
    exitCode: 2,
    message: "source.command: tap-nowhere can't be started (ENOENT).",
  });
});

test('a stream that is not in the catalog is reported with those that are', async () => {
  await expect(playing([], { stream: 'invoices' }).read()).rejects.toMatchObject({
    message: 'source.stream: the tap has no stream invoices.',
    hint: 'It has customers.',
  });
});

test('discover lists the streams of the tap with their fields', async () => {
  const { source, context } = playing([], { catalog: 'auto', command: fullTableTap });
  expect(await source.discover?.(context())).toEqual([
    {
      name: 'customers',
      fields: [
        { path: 'id', type: 'string' },
        { path: 'name', type: 'string' },
        { path: 'email', type: 'string' },
      ],
    },
  ]);
});
