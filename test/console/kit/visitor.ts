import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Visitor {
  readonly page: Page;
  /** What went wrong in the page: errors, refused scripts and styles, answers that say that something is broken. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

interface Options extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'storageState'> {
  readonly url: string;
}

/** A browser of somebody who opens an address. */
export async function visit(browser: Browser, { url, ...options }: Options): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    // An answer such as 409 is one, too: those are looked at below.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      troubles.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) troubles.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url);
  return { page, troubles, close: () => context.close() };
}
