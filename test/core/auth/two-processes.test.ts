import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { quickbooksCredentials, startSandbox } from '../../../src/sandbox/index.ts';
import { ownFolder } from '../../kit/folder.ts';
import { captureOutput, startChild } from '../../kit/processes/child.ts';

const rounds = 100;
const source = (path: string): string => JSON.stringify(resolve(import.meta.dirname, '../../../src', path));

/** Renews the token of one company so many times, as one whose requests are refused again and again. */
const renewer = `
  import { setTimeout as delay } from 'node:timers/promises';
  import { createQuickBooksTokens } from ${source('connectors/quickbooks/auth.ts')};
  import { createTimings } from ${source('core/http/request-metrics.ts')};
  import { createCredentialStore, loadKey } from ${source('core/state/credentials.ts')};

  const [path, config, rounds] = process.argv.slice(1);
  // Asks again for the lock every other millisecond, for the test to be quick.
  const clock = { now: () => Date.now(), elapsed: () => performance.now(), sleep: () => delay(2) };
  const key = (): Buffer => loadKey({ secret: 'a test key', file: '' });
  const credentials = createCredentialStore({ path, key, clock });
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  let own = 0;
  const keeper = createQuickBooksTokens({
    config: JSON.parse(config), credentials, clock, log: quiet, onSecret: () => undefined,
    onFailpoint: (step) => { if (step === 'token-saved') own += 1; },
  }, createTimings());
  let token = await keeper.accessToken();
  for (let round = 0; round < Number(rounds); round += 1) {
    await keeper.renew(token);
    token = await keeper.accessToken();
  }
  credentials.close();
  console.log(own);
  process.exit();
`;

test('two processes renew one QuickBooks token 200 times at once: never at the same moment, and none is ever lost', async () => {
  const box = await startSandbox({ customers: 0 });
  onTestFinished(() => box.close());
  // Time for the other one to come in, if it could. The twin ends every token that was renewed, at once.
  box.quickbooks.faults.add({ fault: 'slow', delayMs: 1 });
  const tokenUrl = `${box.quickbooks.url}/oauth2/v1/tokens/bearer`;
  const config = JSON.stringify({ ...quickbooksCredentials, environment: 'sandbox', tokenUrl, skipProjects: true });
  const path = join(ownFolder(), 'state.db');
  const children = [1, 2].map(() => startChild(renewer, [path, config, String(rounds)]));
  const own = (await Promise.all(children.map(captureOutput))).map(Number);
  const { refreshes } = box.quickbooks.state();
  // Not one was refused, and what was given was kept by somebody.
  expect(box.quickbooks.requests().total).toBe(refreshes);
  expect(own.reduce((sum, count) => sum + count)).toBe(refreshes);
  // Who was refused with a token that the other has renewed since takes the other's.
  expect(refreshes).toBeLessThanOrEqual(2 * rounds + 1);
  expect(refreshes).toBeGreaterThanOrEqual(rounds);
});
