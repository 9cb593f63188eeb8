import { existsSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { acquireLease } from '../../../../src/core/state/lease.ts';
import { openPostgresStore } from '../../../../src/core/state/postgres/open-store.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { identity, link } from '../../../kit/state/store-builders.ts';

const postgres = usePostgres();
const copies = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('rolodesk-copy-'));
const longAgo = new Date(2020, 1, 1);

function leftOver(name: string) {
  const folder = join(tmpdir(), `rolodesk-copy-${name}-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  return { folder, lock: acquireLease(join(folder, 'state.db')) };
}

test('a copy for a dry run is for its owner alone and gone with the store; what a dead process left is removed, what a living one uses is not', async () => {
  const store = openPostgresStore({ database: await postgres.emptied(), clock: systemClock });
  const id = await store.openPipeline(identity);
  await store.apply(id, { links: [link('1')] });
  const [dead, living] = [leftOver('dead'), leftOver('living')];
  await dead.lock.release();
  for (const { folder } of [dead, living]) utimesSync(folder, longAgo, longAgo);
  const before = copies();
  const fork = await store.fork();
  const made = copies().filter((name) => !before.includes(name));
  expect(made).toHaveLength(1);
  expect((statSync(join(tmpdir(), made[0] ?? '')).mode & 0o777).toString(8)).toBe('700');
  expect([existsSync(dead.folder), existsSync(living.folder)]).toEqual([false, true]);
  await fork.close();
  expect(copies()).not.toContain(made[0]);
  await living.lock.release();
  utimesSync(living.folder, longAgo, longAgo);
  await (await store.fork()).close();
  expect(existsSync(living.folder)).toBe(false);
  await store.close();
});
