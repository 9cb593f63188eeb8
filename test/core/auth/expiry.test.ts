import { expect, test } from 'vitest';
import { expiriesOf, expiry } from '../../../src/core/auth/expiry.ts';
import { type Grant, storedOf } from '../../../src/core/auth/stored-token.ts';
import { noon } from '../../kit/ports.ts';

const day = 86_400;

/** What gets to know so many days after a token was given. */
function after(days: number, grant: Partial<Grant>) {
  const whole = { accessToken: 'a', expiresInSeconds: 3600, refreshToken: 'r', ...grant };
  const stored = storedOf(whole, { used: undefined, configured: undefined, now: noon });
  const now = noon + days * day * 1000;
  return expiriesOf(stored, 'rolodesk connect acme', now).map(({ what, state }) => `${what} ${state}`);
}

test.each([
  [86, 'ok'],
  [87, 'soon'],
  [100, 'soon'],
  [101, 'over'],
])('a refresh token of 101 days that was not used for %d days: %s', (days, state) => {
  expect(after(days, { refreshExpiresInSeconds: 101 * day })).toEqual([`refresh token ${state}`]);
});

test('a token that lives for a week warns from the middle of it, not from its first day', () => {
  const week = { refreshExpiresInSeconds: 7 * day };
  expect([3, 4, 7].map((days) => after(days, week)[0])).toEqual([
    'refresh token ok',
    'refresh token soon',
    'refresh token over',
  ]);
});

test('a connection ends five years after it was made, however often its token is renewed', () => {
  const years = { refreshExpiresInSeconds: 101 * day, refreshEndsInSeconds: 5 * 365 * day };
  expect(after(0, years)).toEqual(['refresh token ok', 'connection ok']);
  expect(after(5 * 365 - 14, { ...years, refreshExpiresInSeconds: 6 * 365 * day })[1]).toBe('connection soon');
});

test('what renews itself has no cliff, and what the vendor does not tell is not guessed', () => {
  const own = storedOf(
    { accessToken: 'a', expiresInSeconds: 60 },
    { used: undefined, configured: undefined, now: noon },
  );
  expect(expiriesOf(own, '', noon)).toEqual([]);
  expect(after(1000, {})).toEqual([]);
});

test('Zendesk’s API tokens: from 14 days before their end', () => {
  const end = Date.UTC(2027, 3, 30);
  const on = (date: string) => expiry('API token', end, '', { now: Date.parse(date) }).state;
  expect([on('2027-04-15T23:59:59Z'), on('2027-04-16T00:00:00Z'), on('2027-04-30T00:00:00Z')]).toEqual([
    'ok',
    'soon',
    'over',
  ]);
});
