import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startConsole } from '../../kit/console/start-console.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';

const count = 120;

test('pages of many pipelines hold each once, what needs a person first', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await it.run();
  for (let n = 1; n < count; n += 1)
    writeFileSync(
      join(it.folder, `p${n}.yaml`),
      it.box.configText().replace('name: customers', `name: p${String(n).padStart(4, '0')}`),
    );
  const started = await startConsole(it);
  await eventually(() => started.service.configurations().length === count);
  const browser = await started.operator();
  const names: string[] = [];
  const verdicts: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = { limit: 50, ...(cursor !== '' && { cursor }) };
    const page: Awaited<ReturnType<typeof list>> = await list(query);
    expect(page.total).toBe(count);
    names.push(...page.items.map(({ name }) => name));
    verdicts.push(...page.items.map(({ verdict }) => verdict));
    cursor = page.next;
  }
  function list(query: Record<string, string | number>) {
    return browser.call('listPipelines', { query });
  }
  expect(new Set(names).size).toBe(count);
  expect(verdicts).toEqual([...Array(count - 1).fill('new'), 'ok']);
  expect((await list({ search: 'P0007' })).items.map(({ name }) => name)).toEqual(['p0007']);
  expect((await list({ verdict: 'ok' })).total).toBe(1);
  expect(await browser.call('getOverview')).toMatchObject({ pipelines: count, ok: 1, new: count - 1, failing: 0 });
});
