import { expect, test } from 'vitest';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';
import { textOfPage } from './pages.ts';

const page = textOfPage('docs/reference/json.md');
const isTime = /^(at|.*At)$/;

/** Keys that the page names for a command, in its table and in the text above it. */
function documented(command: string): ReadonlySet<string> {
  const [, part = ''] = page.split(`## rolodesk ${command}\n`);
  const [own = ''] = part.split('\n## ');
  return new Set([...own.matchAll(/`(\w+)`/g)].map(([, key = '']) => key));
}

test('every key that --json prints is documented, and every time is ISO 8601', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1)
    it.box.quickbooks.company.upsert(customer(id, id === 2 ? { PrimaryEmailAddr: { Address: 'a@@example.com' } } : {}));
  const commands = ['check', 'preview', 'plan', 'sync', 'retry', 'runs', 'show', 'show --customer 2', 'rejects'];
  const later = ['status', 'connections', 'audit', 'undo latest --dry-run', 'undo RUN --yes'];
  let run = '';
  const unknown: string[] = [];
  for (const command of [...commands, ...later]) {
    const { stdout } = await rolodesk([...command.replace('RUN', run).split(' '), '--json'], { cwd: it.folder });
    const document: unknown = JSON.parse(stdout);
    if (command === 'sync') run = String(Reflect.get(Object(document), 'run'));
    const [name = ''] = command.split(' ');
    const known = documented(name === 'retry' ? 'sync' : name);
    const shared = name === 'undo' ? documented('sync') : new Set<string>();
    for (const item of Array.isArray(document) ? document : [document])
      for (const key of Object.keys(item)) if (!known.has(key) && !shared.has(key)) unknown.push(`${command}: ${key}`);
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
