import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, openPipeline, type ProgressEvent, type RolodeskConfig } from '../../src/index.ts';
import { usersOf } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { testKey } from '../kit/test-key.ts';

/** The library on the twins: a program without a terminal. */
async function opened(options: Parameters<typeof startTestEnvironment>[0] = {}) {
  const { box, folder } = await startTestEnvironment({ customers: 12, ...options });
  const env = { ROLODESK_KEY: testKey, HOME: folder };
  const pipeline = await openPipeline('rolodesk.yaml', { cwd: folder, env });
  onTestFinished(() => pipeline.close());
  return { box, folder, env, pipeline };
}

test('check, preview, plan, sync, status, show and undo, as a program calls them', async () => {
  const { box, pipeline } = await opened();
  expect(await pipeline.check()).toMatchObject({ isReady: true });
  expect((await pipeline.preview({ limit: 2 })).records).toHaveLength(2);
  await using plan = await pipeline.plan();
  const changes = await Array.fromAsync(plan.changes());
  expect(changes.filter(({ action }) => action === 'create')).toHaveLength(plan.counts.create);
  await plan.close();
  expect(usersOf(box)).toHaveLength(0);

  const report = await pipeline.sync();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 12, created: plan.counts.create } });
  expect((await pipeline.runs()).map(({ id }) => id)).toEqual([report.run]);
  expect((await pipeline.show(report.run)).records.created).toHaveLength(plan.counts.create);
  expect(await pipeline.rejects()).toHaveLength(report.tallies.rejected);
  await using audit = await pipeline.audit();
  expect(audit.destination.total).toBe(plan.counts.create);

  const undone = await pipeline.undo(report.run);
  expect(undone).toMatchObject({ kind: 'undone', undoes: report.run, report: { outcome: 'completed' } });
  expect(await pipeline.status()).toMatchObject({ verdict: 'attention', pauseReason: expect.any(String) });
  expect(usersOf(box).filter(({ active }) => active)).toHaveLength(0);
});

test('an undo that is not approved writes nothing', async () => {
  const { box, pipeline } = await opened();
  const { run, tallies } = await pipeline.sync();
  const seen: string[] = [];
  const result = await pipeline.undo(run, {
    onChange: ({ key }) => seen.push(key),
    approve: async ({ deleted }) => deleted !== tallies.created,
  });
  expect(result).toMatchObject({ kind: 'declined', plan: { undoes: run, deleted: tallies.created } });
  expect(seen).toHaveLength(tallies.created);
  expect(usersOf(box).filter(({ active }) => active)).toHaveLength(tallies.created);
});

test('a configuration may be an object, with a function that maps', async () => {
  const { box, folder, env } = await opened();
  // The text is that of a rolodesk.yaml, whose shape the object has.
  const given = parse(box.configText()) as RolodeskConfig;
  const config: RolodeskConfig = { ...given, mapper: (_, mapped) => ({ ...mapped, tags: ['from-code'] }) };
  await using pipeline = await openPipeline(config, { cwd: folder, env });
  const { tallies } = await pipeline.sync();
  expect(usersOf(box).filter(({ tags }) => tags.includes('from-code'))).toHaveLength(tallies.created);
  await expect(openPipeline({ ...given, retention: 0 }, { cwd: folder, env })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/^The configuration has one problem:\n.*retention/),
  });
});

test('an error carries a code, and one of the configuration comes before anybody is called', async () => {
  const { box, pipeline, folder } = await opened();
  box.quickbooks.resetRequests();
  await expect(openPipeline('missing.yaml', { cwd: folder })).rejects.toThrow(ConfigError);
  await expect(openPipeline('missing.yaml', { cwd: folder })).rejects.toMatchObject({ code: 'no-config' });
  await expect(pipeline.showCustomer('nobody')).rejects.toMatchObject({ code: 'unknown-key' });
  await expect(pipeline.sync({ plan: 'plan.json', full: true })).rejects.toMatchObject({ code: 'usage' });
  expect(box.quickbooks.requests().total).toBe(0);
});

test('a signal stops one call, and the next one goes on where it ended', async () => {
  const { box, pipeline } = await opened({ customers: 300, jobLatencyMs: 50 });
  const stop = new AbortController();
  const report = await pipeline.sync({
    signal: stop.signal,
    onProgress: ({ operation }) => {
      if (operation === 'sync') stop.abort(new Error('enough'));
    },
  });
  expect(report.outcome).toBe('paused');
  expect(await pipeline.sync()).toMatchObject({ outcome: 'completed' });
  const ids = usersOf(box).map(({ external_id }) => external_id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('progress names the operation, and no secret reaches the logger', async () => {
  const { folder, env } = await opened();
  const events: ProgressEvent[] = [];
  const lines: string[] = [];
  const line = (fields: object, event: string) => lines.push(JSON.stringify({ ...fields, event }));
  const pipeline = await openPipeline('rolodesk.yaml', {
    cwd: folder,
    env,
    logger: { debug: line, info: line, warn: line, error: line },
    onProgress: (event) => events.push(event),
  });
  await pipeline.sync();
  await (await pipeline.audit()).close();
  expect(new Set(events.map(({ operation }) => operation))).toEqual(new Set(['sync', 'audit']));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('\n')).not.toMatch(/sandbox-refresh|sandbox-secret|@example/);
});
