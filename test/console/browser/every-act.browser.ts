import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ConsoleConfig } from '../../../src/app/console/config.ts';
import { ensureConsoleBuilt } from '../../../src/console-build/ensure-console-built.ts';
import { oidcOf, startIdentityProvider } from '../../kit/console/identity-provider.ts';
import { startConsole } from '../../kit/console/start-console.ts';
import { customer, userOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { freePort } from '../../kit/postgres-server.ts';
import { openBrowser } from '../kit/open-browser.ts';
import { type Visitor, visit } from '../kit/visitor.ts';

/** Each act of the console, against the sandbox: what is clicked, and what is there in Zendesk afterwards. */
let browser: Browser;
let pages: string;

beforeAll(async () => {
  const found = await openBrowser();
  if ('missing' in found) throw new Error(`The acts cannot be tried: ${found.missing}.`);
  browser = found;
  pages = await ensureConsoleBuilt();
});

afterAll(() => browser.close());

/** A user of another system, who has the address of this customer. */
function takeAddress({ box }: TestEnvironment, id: number) {
  const email = `c${id}@example.com`;
  return box.zendesk.users.create({ name: 'Somebody', email, external_id: `crm-${id}`, skip_verify_email: true });
}

const patience = { timeout: 20_000 };
const viewport = { width: 1280, height: 900 };

async function visitConsole(it: TestEnvironment, path = ''): Promise<Visitor> {
  const { console, origin } = await startConsole(it, { pages });
  const visitor = await visit(browser, { url: `${origin}${await console.createLink()}`, viewport });
  onTestFinished(visitor.close);
  await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await visitor.page.goto(`${origin}/console/${path}`);
  return visitor;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

test('rejects are saved as CSV, and tried again one by one, chosen, and all', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (const id of [9_001, 9_002, 9_003, 9_004]) it.box.quickbooks.company.upsert(customer(id));
  it.box.zendesk.setJobFault({ kind: 'rows-fail', rows: 100, details: 'Name: is refused' });
  await it.run();
  it.box.zendesk.setJobFault(undefined);
  const { page, troubles } = await visitConsole(it, 'pipelines/customers/rejects');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Rejects as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('rejects-customers.csv');
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines).toHaveLength(5);

  const rows = page.getByRole('table', { name: 'Rejects' }).getByRole('row');
  await button(page, 'Customer 9001').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('dialog', { name: 'Retry 1 rejects?' }).getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => rows.count(), patience).toBe(4);
  expect(userOf(it.box, 9_001)).toMatchObject({ active: true });

  await page.getByRole('checkbox', { name: 'Choose Customer 9002' }).check();
  await button(page, 'Retry 1 chosen').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => rows.count(), patience).toBe(3);

  await page.getByRole('radio', { name: /^all rejects/ }).check();
  await button(page, 'Retry all').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Nothing waits.').waitFor();
  expect(usersOf(it.box)).toHaveLength(4);
  expect(troubles).toEqual([]);
});

test('a conflict is settled by a link to the user in the way', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const other = takeAddress(it, 9_001);
  it.box.quickbooks.company.upsert(customer(9_001));
  expect((await it.run()).rejects).toMatchObject([{ key: '9001', code: 'external-id-conflict' }]);
  const { page, troubles } = await visitConsole(it, 'pipelines/customers/rejects');
  await button(page, 'Customer 9001').click();
  await button(page, 'Link …').click();
  await page
    .getByRole('dialog', { name: /^Which Zendesk user/ })
    .getByRole('button', { name: 'Link' })
    .click();
  await page.getByText('Nothing waits.').waitFor();
  expect(userOf(it.box, 9_001)).toMatchObject({ id: other.id, name: 'Customer 9001' });
  expect(troubles).toEqual([]);
});

test('deactivations that were held are accepted', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies: { maxDeactivations: 1 }\n' });
  for (const id of [1, 2, 3, 4]) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  for (const id of ['1', '2', '3']) it.box.quickbooks.company.deactivate(id);
  expect(await it.run()).toMatchObject({ outcome: 'held' });
  const { page, troubles } = await visitConsole(it, 'pipelines/customers/rejects');
  await button(page, 'Accept 3 deactivations').click();
  await button(page, 'Accept and sync').click();
  await page.getByText('Nothing waits.').waitFor();
  await expect.poll(async () => (await it.run()).outcome, patience).toBe('completed');
  expect(troubles).toEqual([]);
});

test('a plan is discarded, and a sync is stopped', async () => {
  const it = await startTestEnvironment({ customers: 300, jobLatencyMs: 1_000 });
  const { page, troubles } = await visitConsole(it, 'pipelines/customers/plans');
  await button(page, 'Make a plan').click();
  await button(page, 'Make the plan').click();
  await page.getByRole('link', { name: 'Read the plan' }).click();
  await button(page, 'Discard').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await page.getByText('No plan').first().waitFor();
  expect(usersOf(it.box)).toEqual([]);

  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('link', { name: 'customers', exact: true }).click();
  await button(page, 'Sync').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click();
  await button(page, 'Stop').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByText(/^Sync: (paused|stopped)/).waitFor();
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(troubles).toEqual([]);
});

test('a sign-in is cancelled, an account is connected at its own page, and disconnected', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const { page, troubles } = await visitConsole(it, 'pipelines/customers/connections');
  const card = page.getByRole('region', { name: /QuickBooks/ });
  const step = page.getByRole('region', { name: 'Sign-in' });
  const begin = async (): Promise<void> => {
    await card.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Begin' }).click();
  };
  await begin();
  await step.getByRole('button', { name: 'Cancel' }).click();
  await step.waitFor({ state: 'detached' });

  // The twin says yes at once, and sends the window back.
  await begin();
  const opened = page.waitForEvent('popup');
  await step.getByRole('link', { name: /^Open the sign-in/ }).click();
  const consent = await opened;
  await page.getByText(/^Connected: /).waitFor();
  expect(consent.url()).toContain('//localhost:8723/callback');
  await card.getByText('connected', { exact: true }).waitFor();
  expect(await it.run()).toMatchObject({ outcome: 'completed' });

  await card.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await card.getByRole('button', { name: 'Connect', exact: true }).waitFor();
  expect(troubles).toEqual([]);
});

const token = 'veras-own-token-0123456789abcdef0123456789';

test('a viewer signs in with a token, sees masked customers, and why acts are not for viewers', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  await it.run();
  const config: ConsoleConfig = { auth: { tokens: [{ name: 'vera', role: 'viewer', token }] } };
  const { origin } = await startConsole(it, { pages, config });
  const { page, troubles, close } = await visit(browser, { url: `${origin}/console/`, viewport });
  onTestFinished(close);
  await page.getByLabel('Token').fill('not the token');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Token').fill(token);
  await button(page, 'Sign in').click();
  await page.getByRole('link', { name: 'customers', exact: true }).click();
  expect(await button(page, 'Sync').getAttribute('aria-disabled')).toBe('true');
  await button(page, 'Sync').click({ force: true });
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.goto(`${origin}/console/pipelines/customers/customers/1`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.content()).not.toContain('c1@example.com');
  expect(troubles).toEqual([]);
});

test('somebody signs in at the identity provider of the organization', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const clientId = 'rolodesk';
  const provider = await startIdentityProvider(clientId);
  const oidc = oidcOf(provider.issuer, clientId);
  provider.letIn({ preferred_username: 'olga', groups: ['support-leads'] });
  const port = await freePort();
  const config: ConsoleConfig = { publicUrl: `http://127.0.0.1:${port}`, auth: { tokens: [], oidc } };
  const service = { listen: { host: '127.0.0.1', port, allowedHosts: [] } };
  const { origin } = await startConsole(it, { pages, config, service });
  const { page, troubles, close } = await visit(browser, { url: `${origin}/console/`, viewport });
  onTestFinished(close);
  await page.getByRole('link', { name: 'Sign in with your organization' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByText('olga').first().waitFor();
  expect(troubles).toEqual([]);
});
