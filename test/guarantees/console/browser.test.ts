import type { Browser, Page } from 'playwright-core';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { ensureConsoleBuilt } from '../../../src/console-build/ensure-console-built.ts';
import { axeFindings } from '../../console/kit/axe.ts';
import { openBrowser } from '../../console/kit/open-browser.ts';
import { visit } from '../../console/kit/visitor.ts';
import { startConsole } from '../../kit/console/start-console.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';

/** The way of somebody who never opens a terminal, on the sandbox. Without a browser here there is nothing to find out. */
const found = await openBrowser();
const browser: Browser | undefined = 'missing' in found ? undefined : found;
const ifBrowser = browser ? test : test.skip;
afterAll(() => browser?.close());

const script = '<img src=x onerror="document.title=\'broken in\'">';

ifBrowser('a plan is made, applied exactly, and undone, in a browser', { timeout: 120_000 }, async () => {
  const it = await startTestEnvironment({ customers: 40, users: 5 });
  it.box.quickbooks.company.upsert(customer(100_001, { DisplayName: script }));
  it.box.quickbooks.company.upsert(customer(9_002, { PrimaryEmailAddr: { Address: 'no address' } }));
  const before = usersOf(it.box).length;
  const { page, troubles } = await signIn(it);

  await page.getByRole('link', { name: 'customers', exact: true }).click();
  await page.getByRole('link', { name: 'Plans', exact: true }).click();
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.getByRole('link', { name: 'Read the plan' }).click();
  const planned = await factOf(page, 'create');
  expect(planned).toBeGreaterThan(30);
  expect(usersOf(it.box)).toHaveLength(before);

  await page.getByRole('button', { name: 'Apply exactly this' }).click();
  await page.getByRole('button', { name: 'Apply it' }).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await page.getByRole('heading', { name: 'What became of the customers' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const created = await page.locator('.funnel .created .number').innerText();
  expect(usersOf(it.box)).toHaveLength(before + Number(created));

  // A name is text, whatever is in it.
  await page.getByRole('combobox', { name: 'Outcome and reason' }).selectOption({ index: 1 });
  await page.getByRole('table').getByRole('button', { name: script }).click();
  await page.getByRole('dialog').getByRole('heading', { name: script }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Undo …' }).click();
  await page.getByRole('button', { name: 'Undo this run' }).click();
  await page.getByRole('button', { name: 'Undo it' }).click();
  await page.getByText('Undo: completed.').waitFor();
  expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(before);
  expect(troubles).toEqual([]);
});

ifBrowser('who is signed out is led to the sign-in, and a link that was used lets nobody in', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const { page, link, troubles } = await signIn(it);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(page.url()).not.toContain('#');
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('heading', { name: 'Overview' }).count()).toBe(0);
  expect(troubles).toEqual([]);
});

async function signIn(it: TestEnvironment) {
  if (!browser) throw new Error('There is no browser.');
  const { console, origin } = await startConsole(it, { pages: await ensureConsoleBuilt() });
  const link = `${origin}${await console.createLink()}`;
  const visitor = await visit(browser, { url: link, viewport: { width: 1280, height: 900 } });
  onTestFinished(visitor.close);
  await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
  return { ...visitor, link };
}

/** The number under a name. */
async function factOf(page: Page, name: string): Promise<number> {
  const fact = page.locator('.facts > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) });
  return Number((await fact.locator('dd').innerText()).replaceAll(',', ''));
}
