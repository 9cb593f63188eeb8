import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/redaction/redact.ts';

const { redact } = createRedactor([]);

test.each([
  ['mail to jane@example.com, please', 'mail to [redacted], please'],
  ['a@example.com,b.c+d@mail.example.org;', '[redacted],[redacted];'],
  ['jörg.müller@exämple.de', '[redacted]'],
  ['query=email%3Ajane%40example.com&page=2', 'query=[redacted]&page=2'],
  ['@example.com and jane@ and jane@localhost', '@example.com and jane@ and jane@localhost'],
])('addresses are taken out of %j', (text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  ['proxy http://user:p!a$s@proxy.example.com:3128 refused', 'proxy http://[redacted]@proxy.example.com:3128 refused'],
  ['postgres://reader:s3cr(e)t@localhost/crm', 'postgres://[redacted]@localhost/crm'],
  ['https://api.example.com:8443/a@b', 'https://api.example.com:8443/a@b'],
])('credentials in a URL are taken out of %j', (text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  ['x without an at sign', 'x'.repeat(2_000_000)],
  ['dots', `${'a.'.repeat(1_000_000)}`],
  ['at signs', '@'.repeat(2_000_000)],
  ['at signs between letters', 'a@'.repeat(1_000_000)],
  ['domains', `${'@a.'.repeat(700_000)}`],
  ['addresses', 'jane@example.com'.repeat(100_000)],
  ['password and spaces', 'password '.repeat(200_000)],
  ['Basic and spaces', `Basic${' '.repeat(2_000_000)}`],
  ['beginnings of URLs', '://:a'.repeat(400_000)],
  ['backslashes', '\\'.repeat(2_000_000)],
])('two million characters are read once: %s', (_, text) => {
  const { redact: all } = createRedactor(['a-secret', 'aaaaaaaa', '\\\\\\\\x']);
  expect(all(text).length).toBeGreaterThan(0);
});

test('a secret that is part of another one leaves nothing of that one', () => {
  const { redact: clean } = createRedactor(['token', 'token-with-more']);
  expect(clean('got token-with-more and token')).toBe('got [redacted] and [redacted]');
});

test('secrets that overlap leave nothing of each other', () => {
  const { redact: clean } = createRedactor(['tokenABC', 'ABCDEFGH', 'DEFG']);
  expect(clean('got tokenABCDEFGH.')).toBe('got [redacted].');
  expect(clean('got tokenABCtokenABC.')).toBe('got [redacted][redacted].');
});

test('every one of many secrets is found, also those that begin alike', () => {
  const secrets = Array.from({ length: 2_000 }, (_, tenant) => `refresh-token-of-${tenant}.`);
  const { redact: clean } = createRedactor(secrets);
  expect(clean(secrets.join(' '))).toBe(secrets.map(() => '[redacted]').join(' '));
});
