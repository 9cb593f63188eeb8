import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run console:test`: every page and act of the console in a browser. It takes a minute or two. */
export default defineConfig({
  test: { ...base.test, include: ['test/console/browser/*.browser.ts'], testTimeout: 300_000 },
});
