import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { rekeyCredentials } from '../../../src/core/state/rekey.ts';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { ownFolder } from '../../kit/folder.ts';

/** A state with three tokens under one key. */
async function startState() {
  const backend = createSqliteBackend(join(ownFolder(), 'state.db'));
  const withKey = async (key: Buffer) => {
    const store = await backend.openCredentials({ clock: systemClock, key: () => key });
    onTestFinished(async () => await store.close());
    return store;
  };
  const keys = { old: randomBytes(32), fresh: randomBytes(32), other: randomBytes(32) };
  const old = await withKey(keys.old);
  for (const name of ['a', 'b', 'c']) await old.save(name, { token: name });
  return { old, fresh: await withKey(keys.fresh), other: await withKey(keys.other) };
}

test('every credential can be read with the new key, and none with the old one', async () => {
  const { old, fresh } = await startState();
  expect(await rekeyCredentials(old, fresh)).toEqual({ rekeyed: ['a', 'b', 'c'], unchanged: [], unreadable: [] });
  expect(await Promise.all(['a', 'b', 'c'].map((name) => fresh.load(name)))).toEqual([
    { token: 'a' },
    { token: 'b' },
    { token: 'c' },
  ]);
  await expect(old.load('a')).rejects.toMatchObject({ code: 'wrong-key', exitCode: 6 });
});

test('an attempt that was cut short is continued by the next one', async () => {
  const { old, fresh } = await startState();
  let saves = 0;
  const dying: typeof fresh = {
    ...fresh,
    async save(name, value) {
      saves += 1;
      if (saves === 2) throw new Error('The process died here.');
      await fresh.save(name, value);
    },
  };
  await expect(rekeyCredentials(old, dying)).rejects.toThrow('died');
  expect(await rekeyCredentials(old, fresh)).toEqual({ rekeyed: ['b', 'c'], unchanged: ['a'], unreadable: [] });
});

test('what neither key can read stays as it is', async () => {
  const { old, fresh, other } = await startState();
  await other.save('b', { token: 'kept' });
  expect(await rekeyCredentials(old, fresh)).toEqual({ rekeyed: ['a', 'c'], unchanged: [], unreadable: ['b'] });
  expect(await other.load('b')).toEqual({ token: 'kept' });
});
