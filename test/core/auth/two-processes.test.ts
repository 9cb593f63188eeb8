import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outputOf, startChild } from '../../kit/child.ts';
import { ownFolder } from '../../kit/folder.ts';
import { serveScript } from '../../kit/scripted-server.ts';

const rounds = 25;
const source = (path: string): string => JSON.stringify(resolve(import.meta.dirname, '../../../src/core', path));

/** Renews its token so many times, as one whose requests are refused again and again, and says how often it had another's. */
const renewer = `
  import { setTimeout as delay } from 'node:timers/promises';
  import { createTokenKeeper } from ${source('auth/token-keeper.ts')};
  import { createCredentialStore, loadKey } from ${source('state/credentials.ts')};
  import { AuthError } from ${source('errors.ts')};

  const [path, url, rounds] = process.argv.slice(1);
  // Asks again for the lock every other millisecond, for the test to be quick.
  const clock = { now: () => Date.now(), sleep: () => delay(2) };
  const key = (): Buffer => loadKey({ secret: 'a test key', file: '' });
  const credentials = createCredentialStore({ path, key, clock });
  let own = 0;
  const keeper = createTokenKeeper({
    name: 'acme', title: 'Acme', configured: 'configured', credentials, clock,
    onSecret: () => undefined, reconnectHint: '',
    grant: async (refreshToken) => {
      const reply = await fetch(url, { method: 'POST', body: JSON.stringify({ refreshToken }) });
      if (reply.status !== 200) throw new AuthError('refused', { code: 'invalid-grant' });
      own += 1;
      return await reply.json();
    },
  });
  let token = await keeper.accessToken();
  for (let round = 0; round < Number(rounds); round += 1) {
    await keeper.renew(token);
    token = await keeper.accessToken();
  }
  credentials.close();
  console.log(own);
`;

test('two processes never refresh at the same time, and no rotated token is ever lost', async () => {
  const folder = ownFolder();
  let current = 'configured';
  let issued = 0;
  let underWay = 0;
  let most = 0;
  const refused: unknown[] = [];
  const { origin } = await serveScript(async ({ body }) => {
    underWay += 1;
    most = Math.max(most, underWay);
    // Time for the other one to come in, if it could.
    await delay(1);
    underWay -= 1;
    const { refreshToken } = Object(body);
    if (refreshToken !== current) {
      refused.push(refreshToken);
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    issued += 1;
    current = `refresh-${issued}`;
    return { body: { accessToken: `access-${issued}`, refreshToken: current, expiresInSeconds: 3600 } };
  });
  const children = [1, 2].map(() => startChild(renewer, [join(folder, 'state.db'), origin, String(rounds)]));
  const own = (await Promise.all(children.map(outputOf))).map(Number);
  expect(refused).toEqual([]);
  expect(most).toBe(1);
  // Who was refused with a token that the other has renewed since takes the other's.
  expect(own.reduce((sum, count) => sum + count)).toBe(issued);
  expect(issued).toBeLessThanOrEqual(2 * rounds + 1);
  expect(issued).toBeGreaterThanOrEqual(rounds);
});
