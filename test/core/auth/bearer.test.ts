import { expect, test } from 'vitest';
import { bearerOf } from '../../../src/core/auth/bearer.ts';
import { createTokenManager } from '../../../src/core/auth/token-manager.ts';
import { memoryCredentials } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

test('a request that was slow to be refused does not spend the token that another one has got since', async () => {
  let given = 0;
  const keeper = createTokenManager({
    name: 'acme',
    title: 'Acme',
    configured: undefined,
    credentials: memoryCredentials(),
    clock: createTestClock({ moves: 'at-once' }).clock,
    onSecret: () => undefined,
    grant: async () => {
      given += 1;
      return { accessToken: `token-${given}`, expiresInSeconds: 3600 };
    },
    reconnect: { hint: '' },
  });
  const { authorize, refresh } = bearerOf(keeper);
  const [slow, quick] = [await authorize(), await authorize()];
  expect(await refresh(quick)).toBe(true);
  expect(await authorize()).toEqual({ authorization: 'Bearer token-2' });
  expect(await refresh(slow)).toBe(true);
  expect(await authorize()).toEqual({ authorization: 'Bearer token-2' });
  expect(given).toBe(2);
});
