import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTapLog } from '../../../src/connectors/singer/tap-log.ts';
import { childEnvironment } from '../../../src/core/child-environment.ts';
import { playing, record, schema } from './play.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const pem = privateKey.toString();

test('a tap sees what programs need, and what its configuration gives it, and nothing else of the environment', async () => {
  const environment = childEnvironment({
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    TZ: 'Europe/Berlin',
    LC_ALL: 'C.UTF-8',
    https_proxy: 'http://proxy.example.com:3128',
    ROLODESK_KEY: 'a-key',
    ZENDESK_CLIENT_SECRET: 'a-secret',
    AWS_SECRET_ACCESS_KEY: 'another',
  });
  const { read, given } = playing([schema(), record(1)], { env: { ACME_REGION: 'eu-west' } }, { environment });
  await read();
  expect(given()?.env).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    TZ: 'Europe/Berlin',
    LC_ALL: 'C.UTF-8',
    https_proxy: 'http://proxy.example.com:3128',
    ACME_REGION: 'eu-west',
  });
});

const password = 'p&ss "w+rd" / é';

/** As programs write it, each by hand: raw, Python's json.dumps, PHP's json_encode, quote, quote_plus, in lower case, Base64. */
const spellings = [
  'p&ss "w+rd" / é',
  '{"password": "p&ss \\"w+rd\\" / \\u00e9"}',
  '{"password":"p&ss \\"w+rd\\" \\/ é"}',
  '{"event":"{\\"password\\":\\"p&ss \\\\\\"w+rd\\\\\\" / é\\"}"}',
  "{'password': 'p&ss \"w+rd\" / é'}",
  'GET /x?key=p%26ss%20%22w%2Brd%22%20%2F%20%C3%A9',
  'GET /x?key=p%26ss%20%22w%2Brd%22%20/%20%C3%A9',
  'grant_type=password&key=p%26ss+%22w%2Brd%22+%2F+%C3%A9',
  'GET /x?key=p%26ss%20%22w%2brd%22%20%2f%20%c3%a9',
  'cCZzcyAidytyZCIgLyDDqQ==',
  // somebody:p&ss "w+rd" / é
  'c29tZWJvZHk6cCZzcyAidytyZCIgLyDDqQ==',
];

test.each(spellings)('a secret that the tap writes to its log as %s is taken out', async (line) => {
  const { read, said } = playing([schema(), record(1)], { config: { password } }, { says: `WARNING ${line} end\n` });
  await read();
  expect(said()).toMatch(/WARNING .*\[redacted\].* end/);
  expect(said()).not.toMatch(/p&ss|w\+rd|w%2brd|w%2Brd|cCZzcyAid/i);
});

test('a key is taken out line by line, also where it stood in a document of its own', async () => {
  const lines = pem.split('\n').filter((line) => line.length > 8 && !line.startsWith('-----'));
  const document = JSON.stringify({ type: 'service_account', private_key: pem });
  const config = { credentials_json: document };
  const { read, said } = playing([schema(), record(1)], { config }, { says: `${pem}\n${JSON.stringify(pem)}\n` });
  await read();
  expect(said()).toContain('BEGIN PRIVATE KEY');
  for (const line of lines) expect(said()).not.toContain(line);
});

test('what a tap writes without ever ending the line takes no memory, and its beginning is logged', async () => {
  const says = `ERROR begins here ${'x'.repeat(64 * 1024 * 1024)}`;
  const { read, said } = playing([schema(), record(1)], {}, { says });
  await read();
  expect(said()).toContain('ERROR begins here');
  expect(said().length).toBeLessThan(3000);
});

test('of a line that never ends no more than 64 KB are kept and looked through', () => {
  const silent = () => undefined;
  const kept: number[] = [];
  const tapLog = createTapLog({ debug: silent, info: silent, warn: silent, error: silent }, (text) => {
    kept.push(text.length);
    return text;
  });
  for (let piece = 0; piece < 100; piece += 1) tapLog.take('x'.repeat(8_192));
  tapLog.take('\nthe next line');
  tapLog.end();
  expect(kept).toEqual([65_536, 13]);
});
