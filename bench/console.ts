import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { ensureConsoleBuilt } from '../src/console-build/ensure-console-built.ts';
import { openBrowser } from '../test/console/kit/open-browser.ts';
import { type MockConsole, serveMock } from '../test/console/mock/serve-mock.ts';
import { type Row, row } from './measure.ts';

const pipelines = 1_000;
const records = 100_000;
const events = 10_000;
const kibibyte = 1024;
const mebibyte = 1024 * 1024;

/** The pages of the console in a browser, with made data: what a service answers is measured elsewhere. */
export async function measureConsole(): Promise<readonly Row[]> {
  const folder = await ensureConsoleBuilt();
  const browser = await openBrowser();
  if ('missing' in browser) throw new Error(`The pages cannot be measured: ${browser.missing}.`);
  const mock = await serveMock(folder, { pipelines, records, role: 'operator' });
  try {
    const stage = { browser, mock };
    return [
      row('console: first page, kB gzip', 60, (await firstPageBytes(stage, folder)) / kibibyte, 'at most'),
      ...(await overviewRows(stage)),
      ...(await scrollRows(stage)),
      row('console: MB of heap that 10,000 events add', 5, (await heapOfEvents(stage)) / mebibyte, 'at most'),
    ];
  } finally {
    await browser.close();
    await mock.close();
  }
}

interface Stage {
  readonly browser: Browser;
  readonly mock: MockConsole;
}

async function open({ browser, mock }: Stage, path: string): Promise<Page> {
  const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
  await page.goto(mock.url + path);
  return page;
}

/** Everything that the browser loads for the overview. */
async function firstPageBytes(stage: Stage, folder: string): Promise<number> {
  const page = await open(stage, '');
  await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
  const loaded: string[] = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)");
  await page.close();
  const files = globSync('assets/*', { cwd: folder }).filter((file) => loaded.some((url) => url.endsWith(file)));
  return ['index.html', ...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}

/**
 * Run in the page from its beginning: writes to its log when the first rows were there and drawn, in ms since the navigation
 * began. Asking the page for a row again and again, as tests do, would cost it a quarter of the time that is measured.
 */
const watchRows = `new MutationObserver((_, observer) => {
  if (!document.querySelector('[role=row] a[href*="customer-0001"]')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => console.log('shown', performance.now())));
}).observe(document, { childList: true, subtree: true })`;

/** Until the first rows are there; the best of three, once the files are in the cache. CPU is that of the page's thread. */
async function overviewRows(stage: Stage): Promise<readonly Row[]> {
  const page = await open(stage, '');
  await page.addInitScript(watchRows);
  const computed: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const used = await cpuMeter(page);
    const shown = page.waitForEvent('console', (message) => message.text().startsWith('shown '));
    await page.reload({ waitUntil: 'commit' });
    took.push(Number((await shown).text().slice('shown '.length)));
    computed.push(await used());
  }
  await page.close();
  const best = (all: readonly number[]): number => Math.min(...all.slice(1));
  return [
    row('console: until an overview of 1,000 pipelines is shown, ms', 300, best(took), 'at most'),
    row('console: CPU of that, ms', 300, best(computed), 'at most'),
  ];
}

const frames = 240;
/** Run in the page: scrolls by three rows in each frame, while the pages of rows are loaded on the way. Resolves with the ms. */
const scrollThrough = `new Promise((done) => {
  const startedAt = performance.now();
  const list = document.querySelector('[aria-label="Records of the run"] .virtual');
  let count = 0;
  const step = () => {
    if (count === ${frames}) return done(performance.now() - startedAt);
    count += 1;
    list.scrollBy(0, 120);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/** CPU is what the thread of the page computes for a frame, with everything that comes with it. */
async function scrollRows(stage: Stage): Promise<readonly Row[]> {
  const page = await open(stage, 'pipelines/acme/runs/run00001');
  await page.getByRole('table', { name: 'Records of the run' }).getByRole('button').first().waitFor();
  const used = await cpuMeter(page);
  const tookMs = z.number().parse(await page.evaluate(scrollThrough));
  const spent = await used();
  await page.close();
  return [
    row('console: frames a second while 100,000 rows are scrolled', 50, frames / (tookMs / 1_000), 'at least'),
    row('console: CPU of such a frame, ms', 20, spent / frames, 'at most'),
  ];
}

/** Computing time of the thread of a page from now on: what else the machine does counts little. */
async function cpuMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const now = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const begun = await now();
  return async () => {
    const spent = (await now()) - begun;
    await session.detach();
    return spent;
  };
}

/** After a collection of garbage, before and after. */
async function heapOfEvents(stage: Stage): Promise<number> {
  const page = await open(stage, 'pipelines/acme');
  await page.getByText('Users linked').waitFor();
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  const progress = { phase: 'read', remainingMs: 1_000, limitedBy: 'rate limit' };
  const emit = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1)
      stage.mock.emit({ kind: 'progress', pipeline: 'acme', progress: { ...progress, total: n } });
    stage.mock.emit({ kind: 'run-started', pipeline: 'acme' });
    stage.mock.emit({ kind: 'progress', pipeline: 'acme', progress: { ...progress, directoryUsers: count } });
    await page.getByText(`${count.toLocaleString('en-US')} users`).waitFor();
  };
  await emit(100);
  const before = await heap();
  await emit(events);
  const after = await heap();
  await page.close();
  return after - before;
}
