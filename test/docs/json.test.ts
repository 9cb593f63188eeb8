import { expect, test } from 'vitest';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';
import { textOfPage } from './pages.ts';

const page = textOfPage('docs/reference/json.md');
const isTime = /^(at|next|lastMissed|.*At)$/;

/** Keys that the page names for a command, in its table and in the text above it. */
function documented(command: string): ReadonlySet<string> {
  const [, rest = ''] = page.split(`## rolodesk ${command}\n`);
  const [part = ''] = rest.split('\n## ');
  const others = page.split('\n').filter((line) => line.startsWith('| `') && line.includes(`\`${command}\``));
  const own = part === '' ? others.join('\n') : part;
  return new Set([...own.matchAll(/`(\w+)`/g)].map(([, key = '']) => key));
}

/** Keys of every document, above the first command. */
const general = new Set([...(page.split('\n## ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, key = '']) => key));

test('every document of --json has its version, every key is documented, and every time is ISO 8601', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1)
    it.box.quickbooks.company.upsert(customer(id, id === 2 ? { PrimaryEmailAddr: { Address: 'a@@example.com' } } : {}));
  const commands = ['check', 'preview', 'plan', 'sync', 'retry', 'runs', 'show', 'show --customer 2', 'rejects'];
  const later = ['status', 'connections', 'audit', 'undo latest --dry-run', 'undo RUN --yes'];
  const others = [
    'fields',
    'duplicates --out d.csv',
    'merge d.csv --dry-run',
    'link 3 1',
    'support-bundle',
    'forget 3 --yes',
    'completion bash',
    'connectors',
    'state',
    'state migrate',
    'show nobody',
  ];
  let run = '';
  const unknown: string[] = [];
  for (const command of [...commands, ...later, ...others]) {
    const { stdout } = await rolodesk([...command.replace('RUN', run).split(' '), '--json'], { cwd: it.folder });
    const document: unknown = JSON.parse(stdout);
    if (command === 'sync') run = String(Reflect.get(Object(document), 'run'));
    const [name = ''] = command.split(' ');
    const known = 'error' in Object(document) ? general : documented(name === 'retry' ? 'sync' : name);
    const shared = name === 'undo' ? documented('sync') : new Set<string>();
    for (const item of Array.isArray(document) ? document : [document]) {
      expect(item, command).toMatchObject({ schemaVersion: 1 });
      for (const key of Object.keys(item))
        if (!general.has(key) && !known.has(key) && !shared.has(key)) unknown.push(`${command}: ${key}`);
    }
    for (const [key, value] of timesIn(document))
      expect(value, `${command}: ${key}`).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
  expect(unknown).toEqual([]);
});

function* timesIn(value: unknown): Generator<readonly [key: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (isTime.test(key)) yield [key, inner];
    yield* timesIn(inner);
  }
}
