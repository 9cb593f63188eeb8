import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parseBody, readBody } from '../../../src/core/http/body.ts';
import { endpointResetMs, readRateHeaders } from '../../../src/core/http/rate-headers.ts';
import { parseRetryAfter } from '../../../src/core/http/retry-after.ts';
import { noon } from '../../kit/ports.ts';

test.each<[string, unknown]>([
  ['{"users":[]}', { users: [] }],
  ['  [1]\n', [1]],
  ['"text"', 'text'],
  ['-1.5e3', -1500],
  ['true', true],
  ['null', null],
  ['\uFEFF{}', {}],
])('%j is JSON, whatever its content type says', (text, value) => {
  expect(parseBody(text)).toEqual({ kind: 'json', value });
});

test.each([
  '<html><body><h1>502 Bad Gateway</h1></body></html>',
  'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ',
  'Rate limit for ticket updates exceeded, please wait',
  'not found',
  'true story',
  '{"cut":"o',
  '[unclosed',
  '1st of May',
])('%j is text', (text) => {
  expect(parseBody(text)).toEqual({ kind: 'text', text });
});

test.each(['', ' \r\n'])('%j is empty', (text) => {
  expect(parseBody(text)).toEqual({ kind: 'empty' });
});

test('whatever JSON is sent comes back as the same value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!/(?:^|[:,[])\s*-?(?:\d{16}|[\d.]+e)/i.test(text));
      expect(parseBody(text)).toEqual({ kind: 'json', value: JSON.parse(text) });
    }),
  );
});

test('a whole number that a number of JavaScript would round comes as its digits', () => {
  const text =
    '{"id":9007199254740993,"safe":9007199254740991,"ratio":0.1234567890123456,"list":[-1234567890123456789]}';
  const value = {
    id: '9007199254740993',
    safe: 9007199254740991,
    ratio: 0.1234567890123456,
    list: ['-1234567890123456789'],
  };
  expect(parseBody(text)).toEqual({ kind: 'json', value });
});

test.each([
  ['1.23e20', '1.23e+20'],
  ['12.30E19', '1.23e+20'],
  ['0.05e30', '5e+28'],
  ['-1e+400', '-1e+400'],
  ['9007199254740993.0', '9007199254740993'],
  ['90071992547409930e-1', '9.007199254740993e+15'],
  ['9007199254740991.0', 9007199254740991],
  ['1.5e3', 1500],
  ['1e-20', 1e-20],
  ['"1.23e20"', '1.23e20'],
])('%s: so does one with an exponent or a point, none of its digits lost', (source, expected) => {
  expect(parseBody(`{"id":${source}}`)).toEqual({ kind: 'json', value: { id: expected } });
});

test('a body may have as many bytes as the limit and not one more; characters are put together across chunks', async () => {
  const euro = Buffer.from('€€');
  const chunks = () => Readable.from([euro.subarray(0, 2), euro.subarray(2)]);
  expect(await readBody(chunks(), 6)).toBe('€€');
  await expect(readBody(chunks(), 5)).rejects.toMatchObject({ code: 'response-too-large', exitCode: 5 });
});

test.each([
  ['27', 27_000],
  ['0', 0],
  ['0.25', 250],
  [' 60 ', 60_000],
  ['Mon, 23 Nov 2026 12:01:30 GMT', 90_000],
  ['Mon, 23 Nov 2026 11:59:00 GMT', 0],
])('Retry-After: %s at noon means %i ms', (value, ms) => {
  expect(parseRetryAfter({ 'retry-after': value }, noon)).toBe(ms);
});

test('a date is held against the time of the server that names it, not against ours', () => {
  const headers = { 'retry-after': 'Mon, 23 Nov 2026 15:00:30 GMT', date: 'Mon, 23 Nov 2026 15:00:00 GMT' };
  expect(parseRetryAfter(headers, noon)).toBe(30_000);
  expect(parseRetryAfter({ ...headers, date: 'some day' }, noon)).toBe(3 * 3_600_000 + 30_000);
});

test.each([undefined, '', ' ', '-5', 'soon', '10 minutes later', '1e3'])('Retry-After: %s says nothing', (value) => {
  expect(parseRetryAfter(value === undefined ? {} : { 'retry-after': value }, noon)).toBeUndefined();
});

test.each([
  ['x-rate-limit', { 'x-rate-limit': '700', 'x-rate-limit-remaining': '699' }, { limit: 700, remaining: 699 }],
  [
    'rate-limit',
    { 'rate-limit': '700', 'rate-limit-remaining': '12', 'rate-limit-reset': '38' },
    { limit: 700, remaining: 12, resetMs: 38_000 },
  ],
  [
    'ratelimit',
    { 'ratelimit-limit': '400', 'ratelimit-remaining': '0', 'ratelimit-reset': '1' },
    { limit: 400, remaining: 0, resetMs: 1000 },
  ],
  ['a family without its limit', { 'x-rate-limit-remaining': '5' }, { remaining: 5 }],
  ['a family without what remains', { 'ratelimit-limit': '400' }, { limit: 400 }],
  [
    'policies behind the number',
    { 'ratelimit-limit': '400;w=60', 'ratelimit-remaining': '7' },
    { limit: 400, remaining: 7 },
  ],
  [
    'a reset that is a moment in seconds since 1970',
    {
      'x-rate-limit-limit': '50',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': '1795435230',
      date: 'Mon, 23 Nov 2026 12:00:00 GMT',
    },
    { limit: 50, remaining: 0, resetMs: 30_000 },
  ],
  [
    'such a moment in a reply that does not say when it was sent',
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '1795435230' },
    { remaining: 0 },
  ],
  [
    'a reset that is further away than an hour',
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '99999999' },
    { remaining: 0 },
  ],
  ['numbers that are none', { 'x-rate-limit': 'many', 'x-rate-limit-remaining': '' }, {}],
  ['no family', { 'content-type': 'text/plain', 'retry-after': '27' }, {}],
])('rate headers: %s', (_, headers, reading) => {
  expect(readRateHeaders(headers)).toEqual(reading);
});

test('an endpoint budget counts when it is spent, and of several the one that is new last', () => {
  const name = 'zendesk-ratelimit-tickets-index';
  expect(endpointResetMs({ [name]: 'total=100; remaining=99; resets=41' })).toBeUndefined();
  expect(endpointResetMs({ [name]: 'total=100; remaining=0; resets=41' })).toBe(41_000);
  expect(
    endpointResetMs({
      [name]: 'total=100;remaining=0;resets=41',
      'zendesk-ratelimit-tags-index': 'remaining=0; resets=55',
    }),
  ).toBe(55_000);
  expect(endpointResetMs({ [name]: 'total=100; remaining=0' })).toBeUndefined();
  expect(endpointResetMs({ 'x-rate-limit-remaining': '0' })).toBeUndefined();
});

test.each([
  '{"job_status":{"id":"3e4f8a7e12","url":"https://x.zendesk.com/3e9"}}',
  '{"phone":"4155550100123456789","note":"call 5e3, or 1234567890123456"}',
])('digits within a text are no number: %s is read without a look at each value', (text) => {
  const parse = vi.spyOn(JSON, 'parse');
  try {
    expect(parseBody(text)).toEqual({ kind: 'json', value: JSON.parse(text) });
    expect(parse.mock.calls.filter(([, reviver]) => reviver !== undefined)).toEqual([]);
  } finally {
    parse.mockRestore();
  }
});

test('a number that is too large is found wherever JSON has one', () => {
  const space = fc.constantFrom('', ' ', '\n\t ');
  const large = fc.constantFrom('9007199254740993', '-9007199254740993', '1.5e300', '-2E20', '90071992547409930.5e1');
  const around = fc.constantFrom<[string, string]>(
    ['', ''],
    ['[', ']'],
    ['[1,', ']'],
    ['{"a":', '}'],
    ['["a:,[",{"b":', '}]'],
  );
  fc.assert(
    fc.property(around, space, large, ([before, after], blank, number) => {
      const body = parseBody(`${before}${blank}${number}${blank}${after}`);
      const numbers = JSON.stringify(body).match(/"-?\d[\d.]*(?:e\+\d+)?"/g);
      expect(body).toMatchObject({ kind: 'json' });
      expect(numbers).toHaveLength(1);
    }),
  );
});
