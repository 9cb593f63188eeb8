import { scryptSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Json } from '../../../src/core/domain/json.ts';
import { createCredentialStore, loadKey } from '../../../src/core/state/credentials.ts';
import { ownFolder } from '../../kit/folder.ts';

function open(path: string, secret = 'first key') {
  const key = loadKey({ secret, file: '' });
  const store = createCredentialStore({ path, key: () => key, clock: systemClock });
  onTestFinished(() => store.close());
  return store;
}

const token: Json = { refreshToken: 'AB11-plain-secret', expiresAt: 1, note: 'Zoë 🌻' };

test('what was saved is there for whoever opens the file next, and a later value takes its place', async () => {
  const path = join(ownFolder(), 'state.db');
  await open(path).save('quickbooks 1', { refreshToken: 'first' });
  await open(path).save('quickbooks 1', token);
  expect(await open(path).load('quickbooks 1')).toEqual(token);
  expect(await open(path).load('quickbooks 2')).toBeUndefined();
});

test('no file holds the secret in the clear', async () => {
  const where = ownFolder();
  await open(join(where, 'state.db')).save('quickbooks 1', token);
  expect(readdirSync(where).length).toBeGreaterThan(1);
  for (const file of readdirSync(where)) {
    const bytes = readFileSync(join(where, file));
    for (const form of ['plain-secret', Buffer.from('AB11-plain-secret').toString('base64').slice(0, 16)])
      expect(bytes.includes(form), file).toBe(false);
  }
});

test('the same value is sealed again each time', async () => {
  const path = join(ownFolder(), 'state.db');
  const store = open(path);
  const sealed = async (): Promise<string> => {
    await store.save('a', token);
    const database = new DatabaseSync(path, { readOnly: true });
    const row = database.prepare("SELECT hex(value) AS value FROM credentials WHERE name = 'a'").get();
    database.close();
    return String(row?.value);
  };
  expect(await sealed()).not.toBe(await sealed());
});

test('another key says that it is another, with what to do, and not what it found', async () => {
  const path = join(ownFolder(), 'state.db');
  await open(path, 'first key').save('quickbooks 1', token);
  const error = await open(path, 'second key')
    .load('quickbooks 1')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ exitCode: 6, hint: expect.stringContaining('ROLODESK_KEY') });
  expect(String(error)).not.toContain('plain-secret');
});

test('a sealed value that was moved to another name, changed or cut is refused', async () => {
  const path = join(ownFolder(), 'state.db');
  const store = open(path);
  await store.save('a', token);
  const database = new DatabaseSync(path);
  const sealed = Buffer.from(Object(database.prepare("SELECT value FROM credentials WHERE name = 'a'").get()).value);
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const put = database.prepare('INSERT OR REPLACE INTO credentials (name, value) VALUES (?, ?)');
  put.run('b', sealed);
  put.run('a', changed);
  put.run('c', sealed.subarray(0, 15));
  database.close();
  for (const name of ['a', 'b', 'c']) await expect(store.load(name)).rejects.toMatchObject({ exitCode: 6 });
});

test('work of one name is done one after the other, of another name next to it; a failure frees the way', async () => {
  const path = join(ownFolder(), 'state.db');
  const [one, two] = [open(path), open(path)];
  const order: string[] = [];
  const work = (name: string, ends: Promise<unknown>) => async () => {
    order.push(`${name} begins`);
    await ends;
    order.push(`${name} ends`);
  };
  const { promise: gate, resolve: releaseEmail } = Promise.withResolvers<void>();
  const first = one.exclusive('a', work('first', gate));
  const second = one.exclusive('a', work('second', Promise.resolve()));
  const elsewhere = two.exclusive('a', work('third', Promise.resolve()));
  await two.exclusive('b', work('other', Promise.resolve()));
  expect(order).toEqual(['first begins', 'other begins', 'other ends']);
  releaseEmail();
  await Promise.all([first, second, elsewhere]);
  expect(order.filter((line) => line.endsWith('begins'))).toHaveLength(4);
  for (const name of ['second', 'third'])
    expect(order.indexOf(`${name} ends`) - order.indexOf(`${name} begins`)).toBe(1);
  await expect(one.exclusive('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await two.exclusive('a', async () => 'free')).toBe('free');
});

test('without a secret of one’s own a key file is made, for its owner alone, and used from then on', () => {
  const file = join(ownFolder(), 'config/rolodesk/key');
  const made = loadKey({ secret: undefined, file });
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  expect(loadKey({ secret: '', file })).toEqual(made);
  expect(made).toHaveLength(32);
  expect(loadKey({ secret: 'mine', file })).not.toEqual(made);
});

test('a key of one’s own needs no file', () => {
  const file = join(ownFolder(), 'key');
  expect(loadKey({ secret: 'mine', file })).toEqual(loadKey({ secret: 'mine', file }));
  expect(existsSync(file)).toBe(false);
});

test('32 random bytes are a key as they are; any other text is stretched to one', () => {
  const bytes = Buffer.alloc(32, 7);
  const load = (secret: string): Buffer => loadKey({ secret, file: '' });
  expect(load(`aes256:${bytes.toString('base64')}`)).toEqual(bytes);
  // Of scrypt with the salt "rolodesk" and Node's usual cost, by which the states of old are sealed.
  expect(load(bytes.toString('base64'))).toEqual(scryptSync(bytes.toString('base64'), 'rolodesk', 32));
  expect(() => load('aes256:c2hvcnQ=')).toThrow(expect.objectContaining({ code: 'key-length', exitCode: 2 }));
  expect(() => load('aes256:c2hvcnQ=')).toThrow(/has 5 bytes/);
});

test('a key file that can’t be made says what to do', () => {
  const where = ownFolder();
  writeFileSync(join(where, 'file'), '');
  expect(() => loadKey({ secret: undefined, file: join(where, 'file', 'key') })).toThrow(
    expect.objectContaining({ exitCode: 6, hint: expect.stringContaining('ROLODESK_KEY') }),
  );
});
