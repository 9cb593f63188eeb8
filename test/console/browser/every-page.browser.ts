import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureConsoleBuilt } from '../../../src/console-build/ensure-console-built.ts';
import { axeFindings } from '../kit/axe.ts';
import { openBrowser } from '../kit/open-browser.ts';
import { visit } from '../kit/visitor.ts';
import { type MockConsole, serveMock } from '../mock/serve-mock.ts';

/** Each page with made data: as operator and viewer, wide and on a phone, light and dark, with text twice as large. */
const pages = {
  overview: '',
  pipeline: 'pipelines/acme',
  run: 'pipelines/acme/runs/run00001-7f3a',
  rejects: 'pipelines/acme/rejects',
  customers: 'pipelines/acme/customers',
  customer: 'pipelines/acme/customers/500',
  plans: 'pipelines/acme/plans',
  plan: 'pipelines/acme/plans/plan-0',
  mapping: 'pipelines/acme/mapping',
  connections: 'pipelines/acme/connections',
  alerts: 'alerts',
  'audit log': 'audit-log',
  'no such page': 'nowhere',
};

let browser: Browser;
const mocks = new Map<string, MockConsole>();

beforeAll(async () => {
  const found = await openBrowser();
  if ('missing' in found) throw new Error(`The pages cannot be looked at: ${found.missing}.`);
  browser = found;
  const folder = await ensureConsoleBuilt();
  for (const role of ['operator', 'viewer'] as const)
    mocks.set(role, await serveMock(folder, { pipelines: 30, records: 2_000, role }));
});

afterAll(async () => {
  await browser.close();
  for (const mock of mocks.values()) await mock.close();
});

const widths = [1280, 390];
const schemes = ['light', 'dark'] as const;

for (const [name, path] of Object.entries(pages))
  for (const width of widths)
    for (const colorScheme of schemes)
      test(`${name}: axe finds nothing, and nothing is wider than ${width} px, ${colorScheme}`, async () => {
        for (const [role, mock] of mocks) {
          const { page, troubles, close } = await visit(browser, {
            url: mock.url + path,
            viewport: { width, height: 900 },
            colorScheme,
          });
          await page.getByRole('heading', { level: 1 }).waitFor();
          await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
          expect(await axeFindings(page), role).toEqual([]);
          expect(await page.evaluate(tooWide), role).toBe(0);
          await page.evaluate("document.documentElement.style.fontSize = '200%'");
          expect(await page.evaluate(tooWide), `${role}, text at 200 %`).toBe(0);
          expect(troubles).toEqual([]);
          await close();
        }
      });

const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

const focused = z.object({ text: z.string(), outline: z.string() });
const focusedNow = `({
  text: document.activeElement.textContent,
  outline: getComputedStyle(document.activeElement).outlineWidth,
})`;

test('every page is reached by keys alone, and each step is visible', async () => {
  const { page, close } = await visit(browser, {
    url: mocks.get('operator')?.url ?? '',
    viewport: { width: 1280, height: 900 },
  });
  await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('page');
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press('Tab');
    const { text, outline } = focused.parse(await page.evaluate(focusedNow));
    expect(outline, text).not.toBe('0px');
    if (text === 'acme') break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'acme', level: 1 }).waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  await page.getByRole('button', { name: 'Make a plan' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Make a plan');
  await close();
});

test('what may have been missed is asked for again', async () => {
  const mock = mocks.get('operator');
  const { page, close } = await visit(browser, { url: `${mock?.url}alerts` });
  await page.getByText('Live', { exact: true }).waitFor();
  const asked = (): number => mock?.requests.filter((one) => one.startsWith('GET /api/v1/alerts')).length ?? 0;
  const before = asked();
  mock?.emit({ kind: 'reset' });
  await expect.poll(asked).toBe(before + 1);
  await close();
});
