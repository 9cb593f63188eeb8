import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { json } from '../../../src/connectors/json/index.ts';
import { testSource, type World } from '../../../src/testing/index.ts';

const rowsPerPage = 1000;

/** A file that is written anew at every change, as an export is. */
function twin({ pages, clock }: World) {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-json-'));
  const file = join(folder, 'customers.json');
  const rows = new Map<string, { readonly id: string; readonly name: string; readonly email: string }>();
  const put = (id: string) => {
    const name = `Changed ${rows.size} ${clock.now()}`;
    rows.set(id, { id, name, email: `c${id}@example.com` });
    return { key: id, text: name };
  };
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const text = (): string => JSON.stringify([...rows.values()]);
  // Changes that are made at once are written at once.
  let writing: Promise<void> | undefined;
  const written = async <T>(result: T): Promise<T> => {
    writing ??= Promise.resolve().then(() => {
      writing = undefined;
      write(text());
    });
    await writing;
    return result;
  };
  for (let n = 1; n <= (pages - 0.5) * rowsPerPage; n += 1) put(String(n));
  write(text());
  return {
    folder,
    keys: () => [...rows.keys()],
    change: (key: string) => written(put(key)),
    add: () => written(put(`new-${rows.size}`)),
    remove: async (key: string) => void (await written(rows.delete(key))),
    damages: {
      'A document that is cut off': () => write(text().slice(0, -20)),
      'A document that is no list': () => write('{"customers":[]}'),
      'Rows without a key': () => write('[{"name":"Ada"}]'),
      'A file of zeros': () => write('\0'.repeat(500)),
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

testSource({
  test,
  connector: json,
  twin,
  config: () => ({ path: 'customers.json' }),
  folder: ({ folder }) => folder,
  skip: {
    'refreshes an expired token once': 'files ask for no credentials',
    'survives each fault': 'no network is between a file and its reader',
    'ends the run where waiting does not help': 'nobody refuses a file but the system, which the tests of json show',
  },
});
