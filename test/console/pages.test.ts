import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureConsoleBuilt } from '../../src/console-build/ensure-console-built.ts';
import { axeFindings } from './kit/axe.ts';
import { openBrowser } from './kit/open-browser.ts';
import { type MockConsole, serveMock } from './mock/serve-mock.ts';

/** What the pages do with more data than a sandbox has. Without a browser here there is nothing to find out. */
const found = await openBrowser();
const missing = 'missing' in found ? found.missing : undefined;
const ifBrowser = missing === undefined ? test : test.skip;

const records = 4_000;
let browser: Browser | undefined;
let mock: MockConsole | undefined;

beforeAll(async () => {
  if ('missing' in found) return;
  browser = found;
  mock = await serveMock(await ensureConsoleBuilt(), { pipelines: 1_000, records, role: 'operator' });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await mock?.close();
});

async function open(path: string): Promise<Page> {
  if (!browser || !mock) throw new Error('No browser was opened.');
  const page = await browser.newPage({ locale: 'en-US' });
  await page.goto(mock.url + path);
  return page;
}

ifBrowser(`a run of ${records} rows is scrolled to its end, and the page holds those in view only`, async () => {
  const page = await open('pipelines/acme/runs/run00001');
  const table = page.getByRole('table', { name: 'Records of the run' });
  await table.getByRole('button', { name: 'Amberg Wood 0', exact: true }).waitFor();
  const scroller = table.locator('.virtual');
  await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await table.getByText(String(10_000 + records - 1), { exact: true }).waitFor();
  expect(await table.getByRole('row').count()).toBeLessThan(60);
  expect(await page.locator('*').count()).toBeLessThan(1_500);
  await page.close();
});

ifBrowser('a thousand pipelines are a page of them, of which the first are shown', async () => {
  const page = await open('');
  await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
  expect(await page.getByRole('table', { name: 'Pipelines' }).getByRole('row').count()).toBeLessThan(40);
  await page.getByRole('searchbox', { name: 'Search' }).fill('customer-0999');
  await page.getByRole('link', { name: 'customer-0999' }).waitFor();
  await expect.poll(() => page.getByRole('table', { name: 'Pipelines' }).getByRole('row').count()).toBe(2);
  await page.close();
});

ifBrowser('an address that is not one of ours, or not an address, shows what to do', async () => {
  for (const path of ['nowhere', 'pipelines/%zz']) {
    const page = await open(path);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.close();
  }
});

ifBrowser('axe finds nothing on the overview and on a plan, in the dark either', async () => {
  for (const path of ['', 'pipelines/acme/plans/plan-0']) {
    const page = await open(path);
    await page.getByRole('table').getByRole('row').nth(5).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Theme').selectOption('dark');
    expect(await axeFindings(page)).toEqual([]);
    await page.close();
  }
});
