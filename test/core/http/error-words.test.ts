import { expect, test } from 'vitest';
import { errorForStatus } from '../../../src/core/http/classify.ts';
import { errorWords } from '../../../src/core/http/error-words.ts';
import type { HttpBody, HttpRequest } from '../../../src/core/http/types.ts';
import { noon } from '../../kit/ports.ts';

const json = (value: unknown): HttpBody => ({ kind: 'json', value });
const text = (words: string): HttpBody => ({ kind: 'text', text: words });
const wordsOf = (body: HttpBody, request: Pick<HttpRequest, 'body' | 'query'> = {}) => errorWords(body, request);

test.each([
  // Recorded (facetoe/zenpy#578).
  [
    { error: { title: 'Invalid attribute', message: 'You passed an invalid value for the users.0.id attribute.' } },
    'Invalid attribute: You passed an invalid value for the users.0.id attribute',
  ],
  [
    { error: 'Forbidden', description: 'You do not have access to this page.' },
    'Forbidden: You do not have access to this page',
  ],
  [{ error: "Couldn't authenticate you" }, "Couldn't authenticate you"],
  // Edge protection (airbyte#14253), whose form is that of RFC 9457.
  [
    { detail: 'Rate limited by Zendesk edge protection', status: '429', title: 'Automated response' },
    'Automated response: Rate limited by Zendesk edge protection',
  ],
  [{ error: 'unauthorized_client', error_description: 'Not allowed' }, 'unauthorized_client: Not allowed'],
  [{ message: 'Bad request', errors: [{ message: 'limit is invalid' }] }, 'Bad request: limit is invalid'],
])('the words of %j are shown', (body, words) => {
  expect(wordsOf(json(body))).toBe(words);
});

test('words about a field are shown without the address that they are about', () => {
  const description = 'Email: jo@example.com is already being used by another user';
  const body = { error: 'RecordInvalid', details: { email: [{ description, error: 'DuplicateValue' }] } };
  const words = wordsOf(json(body));
  expect(words).toContain('is already being used by another user');
  expect(words).not.toContain('jo@');
});

test('what the request held is not repeated', () => {
  const body = { user: { name: 'Jo Quimby', phone: '+1 415-555-0132' } };
  const words = wordsOf(json({ message: 'Jo Quimby (+14155550133) has been suspended' }), { body });
  expect(words).toBe('[…] ([…]) has been suspended');
  expect(wordsOf(json({ message: 'nobody called Quimby' }), { query: { name: 'Quimby' } })).toBe('nobody called […]');
});

test('of a web page the title is shown, of plain text the beginning', () => {
  expect(wordsOf(text('<!DOCTYPE html><html><head><title>Help Center Closed</title></head></html>'))).toBe(
    'Help Center Closed',
  );
  expect(wordsOf(text('<html><body><p>no title</p></body></html>'))).toBeUndefined();
  expect(wordsOf(text('Rate limit exceeded.\n'))).toBe('Rate limit exceeded');
  expect(wordsOf(text('x'.repeat(100_000)))).toHaveLength(301);
});

test.each([[{ kind: 'empty' } as const], [json({})], [json([])], [json({ user: { name: 'Jo Quimby' } })]])(
  'nothing is shown of %j',
  (body) => {
    expect(wordsOf(body)).toBeUndefined();
  },
);

test('control characters do not reach a message', () => {
  expect(wordsOf(json({ message: 'no \u001b[31maccess\u0007\u202e' }))).toBe('no [31maccess');
});

test('an error says what the other side says, and a status that says it already is not repeated', () => {
  const request: HttpRequest = {
    method: 'GET',
    path: '/things',
    idempotent: true,
    signal: new AbortController().signal,
  };
  const messageOf = (status: number, body: HttpBody) =>
    errorForStatus('Acme', request, { status, headers: {}, body }, noon).message;
  expect(messageOf(403, json({ message: 'Not for you.' }))).toBe('Acme GET /things: 403 Forbidden: Not for you.');
  expect(messageOf(502, text('<html><title>502 Bad Gateway</title></html>'))).toBe(
    'Acme GET /things: 502 Bad Gateway.',
  );
  expect(messageOf(404, json({ error: 'Not Found' }))).toBe('Acme GET /things: 404 Not Found.');
});
