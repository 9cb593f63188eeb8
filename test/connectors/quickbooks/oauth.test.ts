import nock from 'nock';
import { expect, test } from 'vitest';
import { quickbooksConfigSchema } from '../../../src/connectors/quickbooks/config.ts';
import { quickbooks } from '../../../src/connectors/quickbooks/index.ts';
import { createIntuitOAuth } from '../../../src/connectors/quickbooks/intuit-oauth.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { tokens } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

const settings = { realmId: '1234', clientId: 'app', clientSecret: 'app-secret' };
const intuit = createIntuitOAuth(quickbooksConfigSchema.parse(settings), createTestClock({ moves: 'at-once' }));
const answer = (status: number, body: object) => nock(tokens).post('/oauth2/v1/tokens/bearer').reply(status, body);

test.each([
  [400, 'unauthorized_client'],
  [400, 'unsupported_grant_type'],
  [400, 'invalid_request'],
  [401, 'invalid_client'],
  [403, 'access_denied'],
  [200, 'temporarily_unavailable'],
])('a refusal with %i shows its word: %s', async (status, error) => {
  answer(status, { error, error_description: 'holds app-secret' });
  const thrown = await intuit.refresh('first').catch((caught: unknown) => caught);
  expect(thrown).toMatchObject({
    exitCode: 3,
    code: 'invalid-client',
    message: `QuickBooks refused the app (${error}).`,
  });
  expect(String(thrown)).not.toContain('app-secret');
});

test('what is no word of OAuth is not shown', async () => {
  answer(401, { error: 'token first \u001b[31m refused' });
  await expect(intuit.refresh('first')).rejects.toMatchObject({
    message: 'QuickBooks refused the app (invalid_client).',
  });
});

test('a code for which no refresh token comes has connected nothing', async () => {
  answer(200, { token_type: 'bearer', access_token: 'a', expires_in: 3600 });
  await expect(intuit.exchangeCode('code', 'http://localhost:1/')).rejects.toMatchObject({
    code: 'quickbooks-token-reply',
    exitCode: 5,
  });
});

test('a renewal without a new refresh token keeps the one that it was asked with (RFC 6749, section 6)', async () => {
  answer(200, { token_type: 'bearer', access_token: 'a', expires_in: 3600 });
  expect(await intuit.refresh('first')).toEqual({ accessToken: 'a', expiresInSeconds: 3600 });
});

test.each([
  ['9341 4556 0000 0001'],
  [' 9341455600000001 '],
  ['9341\u00a04556\u00a00000\u00a00001'],
  ['9341455600000001'],
])('a company id as QuickBooks shows it is taken: %j', (realmId) => {
  const config = { connector: 'quickbooks', clientId: 'c', clientSecret: 's', realmId };
  expect(quickbooks.configure(config).account).toBe('9341455600000001');
});

test.each([['acme'], [''], [' '], ['9341-4556']])('what is no company id says where it is shown: %j', (realmId) => {
  expect(() => quickbooksConfigSchema.parse({ ...settings, realmId })).toThrow(
    /Settings, Account and settings, Billing and subscription/,
  );
});
