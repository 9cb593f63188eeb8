import { expect, test } from 'vitest';
import { type Grant, storedOf } from '../../../src/core/auth/stored-token.ts';
import type { TokenManagerOptions } from '../../../src/core/auth/token-exchange.ts';
import { createTokenManager } from '../../../src/core/auth/token-manager.ts';
import type { CredentialStore } from '../../../src/core/domain/credential-store.ts';
import { AuthError, TransientError } from '../../../src/core/domain/errors.ts';
import type { Json } from '../../../src/core/domain/json.ts';
import { memoryCredentials, noon } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** `refreshToken: null`: the endpoint gives no new one. */
type Reply = (Partial<Omit<Grant, 'refreshToken'>> & { readonly refreshToken?: null }) | Error;
type Answer = Reply | (() => Reply);

const dead = () => new AuthError('refused', { code: 'invalid-grant' });
const lost = () => new TransientError('no reply', { effect: 'unknown' });

/** Keepers over one place for credentials, and a token endpoint that answers in turn. */
function createDesk(...answers: readonly Answer[]) {
  const { clock, pass } = createTestClock({ moves: 'at-once' });
  const kept = new Map<string, Json>();
  const log: string[] = [];
  const secrets: string[] = [];
  const left = [...answers];
  const credentials: CredentialStore = {
    ...memoryCredentials(kept),
    save: async (name, value) => {
      log.push(`saved ${Object(value).refreshToken}`);
      kept.set(name, value);
    },
  };
  let issued = 0;
  const keeper = (options: Partial<TokenManagerOptions> = {}) =>
    createTokenManager({
      name: 'acme 1',
      title: 'Acme',
      configured: 'configured',
      credentials,
      clock,
      onSecret: (secret) => secrets.push(secret),
      reconnect: { hint: 'Connect again.' },
      grant: async (refreshToken) => {
        log.push(`asked with ${refreshToken}`);
        const next = left.shift();
        const answer = typeof next === 'function' ? next() : (next ?? {});
        if (answer instanceof Error) throw answer;
        issued += 1;
        const { refreshToken: rotates, ...more } = answer;
        const rotated = rotates === null ? {} : { refreshToken: `refresh-${issued}` };
        return { accessToken: `access-${issued}`, expiresInSeconds: 3600, ...rotated, ...more };
      },
      ...options,
    });
  return { keeper, pass, kept, log, secrets };
}

test('the first token grows from the configured one, and is saved before it is used', async () => {
  const { keeper, log, secrets } = createDesk();
  expect(await keeper().accessToken()).toBe('access-1');
  expect(log).toEqual(['asked with configured', 'saved refresh-1']);
  expect(secrets).toEqual(['access-1', 'refresh-1']);
});

test('if it can’t be saved it is not used', async () => {
  const full = new Error('disk full');
  const credentials = { ...memoryCredentials(), save: () => Promise.reject(full) };
  await expect(createDesk().keeper({ credentials }).accessToken()).rejects.toBe(full);
});

test('a good token is used again, by the next process too, without asking', async () => {
  const { keeper, log } = createDesk();
  const first = keeper();
  await first.accessToken();
  expect(await first.accessToken()).toBe('access-1');
  expect(await keeper().accessToken()).toBe('access-1');
  expect(log).toHaveLength(2);
});

test.each([
  ['an hour: a minute before its end', 3600, 3539, 3540],
  ['half an hour: a minute as well', 1800, 1739, 1740],
  ['five minutes: when a tenth is left', 300, 269, 270],
  ['ten seconds: when one is left', 10, 8.9, 9],
])('a token is renewed in time: one of %s', async (_, expiresInSeconds, goodAt, staleAt) => {
  for (const [seconds, expected] of [
    [goodAt, 'access-1'],
    [staleAt, 'access-2'],
  ] as const) {
    const { keeper, pass } = createDesk({ expiresInSeconds });
    const one = keeper();
    await one.accessToken();
    pass(seconds * 1000);
    expect(await one.accessToken()).toBe(expected);
  }
});

test('a fresh token is used at least once, however short its life, and never when it is over', async () => {
  const { keeper, pass, log } = createDesk({ expiresInSeconds: 100 }, { expiresInSeconds: 100 });
  const one = keeper();
  await one.renew('something older');
  pass(95_000);
  expect(await one.accessToken()).toBe('access-1');
  expect(await one.accessToken()).toBe('access-2');
  await one.renew('access-2');
  pass(3_600_000);
  expect(await one.accessToken()).toBe('access-4');
  expect(log.filter((line) => line.startsWith('asked'))).toHaveLength(4);
});

test('a token that rotates is spent once, each time by the one before it; one that does not is kept', async () => {
  const { keeper, log } = createDesk({}, {}, { refreshToken: null });
  const one = keeper();
  await one.accessToken();
  await one.renew('access-1');
  await one.renew('access-2');
  await one.renew('access-3');
  expect(log.filter((line) => line.startsWith('asked'))).toEqual([
    'asked with configured',
    'asked with refresh-1',
    'asked with refresh-2',
    'asked with refresh-2',
  ]);
});

test('many that ask at once cause one refresh', async () => {
  const { keeper, log } = createDesk();
  const one = keeper();
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => one.accessToken())))).toEqual(
    new Set(['access-1']),
  );
  await Promise.all(Array.from({ length: 20 }, () => one.renew('access-1')));
  expect(await one.accessToken()).toBe('access-2');
  expect(log.filter((line) => line.startsWith('asked'))).toHaveLength(2);
});

test('a refusal that comes late, of a token that was renewed since, renews nothing', async () => {
  const { keeper, log } = createDesk();
  const one = keeper();
  await one.accessToken();
  await one.renew('access-1');
  await one.renew('access-1');
  expect(await one.accessToken()).toBe('access-2');
  expect(log.filter((line) => line.startsWith('asked'))).toHaveLength(2);
});

test('what another process has renewed is taken over, not renewed again', async () => {
  const { keeper, log } = createDesk();
  const [one, two] = [keeper(), keeper()];
  await one.accessToken();
  await two.accessToken();
  await one.renew('access-1');
  await two.renew('access-1');
  expect(await two.accessToken()).toBe('access-2');
  expect(log.filter((line) => line.startsWith('asked'))).toHaveLength(2);
});

test('a different configured token wins over what was stored, and grows a line of its own', async () => {
  const { keeper, log } = createDesk();
  await keeper().accessToken();
  expect(await keeper({ configured: 'reconnected' }).accessToken()).toBe('access-2');
  expect(log).toEqual(['asked with configured', 'saved refresh-1', 'asked with reconnected', 'saved refresh-2']);
});

test('without a configured token it is asked for without one (client credentials)', async () => {
  const { keeper, log } = createDesk({ refreshToken: null });
  const one = keeper({ configured: undefined });
  await one.accessToken();
  await one.renew('access-1');
  expect(log.filter((line) => line.startsWith('asked'))).toEqual(['asked with undefined', 'asked with undefined']);
});

test('stored credentials of another shape are as good as none', async () => {
  const { keeper, kept, log } = createDesk();
  kept.set('acme 1', { refreshToken: 7 });
  await keeper().accessToken();
  expect(log[0]).toBe('asked with configured');
});

test('a dead token: the store is read once more, and a newer one in it is tried', async () => {
  const desk = createDesk({}, () => {
    const stored = desk.kept.get('acme 1');
    desk.kept.set('acme 1', { ...Object(stored), refreshToken: 'saved-by-another' });
    return dead();
  });
  const one = desk.keeper();
  await one.accessToken();
  await one.renew('access-1');
  expect(await one.accessToken()).toBe('access-2');
  expect(desk.log.filter((line) => line.startsWith('asked'))).toEqual([
    'asked with configured',
    'asked with refresh-1',
    'asked with saved-by-another',
  ]);
});

test('a dead token that nobody has renewed is final: it is not asked again', async () => {
  const { keeper, log } = createDesk(dead());
  await expect(keeper().accessToken()).rejects.toMatchObject({ code: 'invalid-grant', exitCode: 3 });
  expect(log).toEqual(['asked with configured']);
});

test('a lost reply: the same token is tried once more, which is enough if it was not spent', async () => {
  const { keeper, log } = createDesk(lost());
  expect(await keeper().accessToken()).toBe('access-1');
  expect(log).toEqual(['asked with configured', 'asked with configured', 'saved refresh-1']);
});

test.each([
  ['lost as well', lost],
  ['refused, because the first one spent it', dead],
])('a lost reply, and the second try is %s: a person must connect again', async (_, second) => {
  const { keeper, log } = createDesk(lost(), second());
  await expect(keeper().accessToken()).rejects.toMatchObject({
    code: 'refresh-lost',
    exitCode: 3,
    hint: 'Connect again.',
  });
  expect(log).toEqual(['asked with configured', 'asked with configured']);
});

test.each([
  ['was never sent', new TransientError('refused connection', { effect: 'not-sent' })],
  ['was answered with 503', new TransientError('503', { effect: 'unknown', status: 503 })],
  ['was refused by the throttle', new TransientError('429', { effect: 'not-sent', status: 429, throttled: true })],
  ['found the app refused', new AuthError('invalid client', { code: 'invalid-client' })],
])('a request that %s is not repeated here', async (_, error) => {
  const { keeper, log } = createDesk(error);
  await expect(keeper().accessToken()).rejects.toBe(error);
  expect(log).toHaveLength(1);
});

test('after a failure the next request tries again', async () => {
  const { keeper } = createDesk(new TransientError('503', { status: 503 }));
  const one = keeper();
  await expect(one.accessToken()).rejects.toThrow('503');
  expect(await one.accessToken()).toBe('access-1');
});

const signedIn = (configured: string | undefined) =>
  storedOf(
    { accessToken: 'access-0', expiresInSeconds: 0, refreshToken: 'signed-in', refreshEndsInSeconds: 86_400 },
    { used: undefined, configured, connectedAt: noon, now: noon },
  );

test('a token that somebody signed in for serves a configuration that holds none, through every renewal', async () => {
  const { keeper, kept, log } = createDesk();
  kept.set('acme 1', signedIn(undefined));
  expect(await keeper({ configured: undefined }).accessToken()).toBe('access-1');
  const again = keeper({ configured: undefined });
  await again.renew('access-1');
  expect(log).toEqual(['asked with signed-in', 'saved refresh-1', 'asked with refresh-1', 'saved refresh-2']);
  expect(kept.get('acme 1')).toMatchObject({ connectedAt: noon, refreshEndsAt: noon + 86_400_000 });
});

test('it goes on when the configured token next to it is taken out, and gives way to a different one', async () => {
  const { keeper, kept, log } = createDesk();
  kept.set('acme 1', signedIn('configured'));
  await keeper({ configured: undefined }).accessToken();
  await keeper({ configured: 'configured' }).renew('access-1');
  await keeper({ configured: 'another' }).accessToken();
  expect(log.filter((line) => line.startsWith('asked'))).toEqual([
    'asked with signed-in',
    'asked with refresh-1',
    'asked with another',
  ]);
});

test('a token that grew from a configured one does not outlive it', async () => {
  const { keeper, log } = createDesk();
  await keeper().accessToken();
  await keeper({ configured: undefined }).accessToken();
  expect(log.filter((line) => line.startsWith('asked'))).toEqual(['asked with configured', 'asked with undefined']);
});
