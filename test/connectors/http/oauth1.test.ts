import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { baseString, hmacOf, signedHeader } from '../../../src/connectors/http/auth/oauth1.ts';
import { keysOf, rows, sourceOf } from './source-of.ts';

/** RFC 5849, section 3.4.1.1: the request of the example and the text that is signed for it. */
test('the signature base string of RFC 5849', () => {
  const parameters = [
    ['b5', '=%3D'],
    ['a3', 'a'],
    ['c@', ''],
    ['a2', 'r b'],
    ['oauth_consumer_key', '9djdj82h48djs9d2'],
    ['oauth_token', 'kkk9d7dh3k39sjv7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131201'],
    ['oauth_nonce', '7d8f3e4a'],
    ['c2', ''],
    ['a3', '2 q'],
  ] as const;
  expect(baseString('POST', 'http://example.com/request', parameters)).toBe(
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
  );
});

const photos = { consumerSecret: 'kd94hf93k423kf44', tokenSecret: 'pfkkdhi9sl3r4s00', signature: 'HMAC-SHA1' } as const;

/** RFC 5849, section 1.2: the last request of the example, which has no oauth_version. */
test('the signature of RFC 5849', () => {
  const text = baseString('GET', 'http://photos.example.net/photos', [
    ['file', 'vacation.jpg'],
    ['size', 'original'],
    ['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
    ['oauth_token', 'nnch734d00sl2jdk'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131202'],
    ['oauth_nonce', 'chapoH'],
  ]);
  expect(hmacOf(text, photos)).toBe('MdpQcU8iPSUjWoN/UDMsK2sui9I=');
});

/** OAuth Core 1.0, appendix A.5: the same request with oauth_version. */
test('the header of a request, with the signature of OAuth Core 1.0', () => {
  const auth = { type: 'oauth1', consumerKey: 'dpf43f3p2l4k3l03', token: 'nnch734d00sl2jdk', ...photos } as const;
  const header = signedHeader(
    { method: 'GET', path: '/photos', query: { file: 'vacation.jpg', size: 'original' } },
    {
      auth: { ...auth, realm: '1234567_SB1' },
      origin: 'http://photos.example.net',
      timestamp: 1_191_242_096,
      nonce: 'kllo9940pd9333jh',
    },
  );
  expect(header).toMatch(/^OAuth realm="1234567_SB1", oauth_consumer_key="dpf43f3p2l4k3l03", /);
  expect(header).toContain(`oauth_signature="${encodeURIComponent('tR3+Ty81lMeYAr/Fid0kMTYa/WM=')}"`);
});

test('each page is signed with what it asks for, by HMAC-SHA256, with a nonce of its own', async () => {
  const signed = { consumerKey: 'ck', consumerSecret: 'c&s', token: 'tk', tokenSecret: 't s' };
  const { read, asked, origin } = await sourceOf((_, n) => ({ body: n === 0 ? rows(1) : [] }), {
    request: { path: '/rest/V1/customers', query: { 'searchCriteria[pageSize]': 1, q: "it's (a) *" } },
    auth: { type: 'oauth1', ...signed },
    pagination: { type: 'page', param: 'searchCriteria[currentPage]' },
  });
  expect(keysOf(await read())).toEqual(['1']);
  const nonces = asked.map(({ headers, query }) => {
    const given = new Map(
      [...(headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        decodeURIComponent(value),
      ]),
    );
    const { oauth_signature: signature, ...own } = Object.fromEntries(given);
    const text = baseString('GET', `${origin}/rest/V1/customers`, Object.entries({ ...query, ...own }));
    expect(signature).toBe(createHmac('sha256', 'c%26s&t%20s').update(text).digest('base64'));
    return own.oauth_nonce;
  });
  expect(new Set(nonces).size).toBe(2);
});

/** A signature is not a secret that the redactor knows: no line may hold the header at all. */
test('no line of the log holds a signature, of requests that are refused either', async () => {
  const script = (_: unknown, n: number) => (n === 0 ? { body: rows(1) } : { status: 401, body: { message: 'no' } });
  const { read, asked, logged } = await sourceOf(script, {
    auth: { type: 'oauth1', consumerKey: 'ck', consumerSecret: 'cs', token: 'tk', tokenSecret: 'ts' },
    pagination: { type: 'page' },
  });
  await expect(read()).rejects.toThrow();
  expect(logged()).toContain('"status":401');
  expect(logged()).not.toContain('oauth_');
  const signatures = asked.map(
    ({ headers }) => /oauth_signature="([^"]+)"/.exec(headers.authorization ?? '')?.[1] ?? '',
  );
  expect(signatures.every((one) => one.length > 0)).toBe(true);
  for (const one of signatures) {
    expect(logged()).not.toContain(one);
    expect(logged()).not.toContain(decodeURIComponent(one));
  }
});
