import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRowResults, redactDetails } from '../../../src/connectors/zendesk/jobs/job-results.ts';

const rows = [
  { external_id: 'q:1:1', email: 'a@example.com' },
  { external_id: 'q:1:2', email: 'b@example.com' },
  { external_id: 'q:1:3' },
];

test('created rows are matched by position when there is an entry for each', () => {
  const results = [
    { status: 'Created', id: 11 },
    { status: 'Created', id: 12 },
    { status: 'Created', id: 13 },
  ];
  expect(parseRowResults(rows, results)).toEqual([
    { kind: 'ok', id: '11' },
    { kind: 'ok', id: '12' },
    { kind: 'ok', id: '13' },
  ]);
});

test('an entry with an error is not written and never lends its id', () => {
  const results = [
    { status: 'Created', id: 11 },
    { id: 1, error: 'UserUpdateError', details: 'Email: x is not properly formatted', status: 'Failed' },
    { status: 'Created', id: 13 },
  ];
  expect(parseRowResults(rows, results)[1]).toEqual({
    kind: 'error',
    error: 'UserUpdateError',
    details: 'Email: x is not properly formatted',
  });
});

test('an error of an updated row belongs to the row in its place, whatever id it shows', () => {
  const results = [
    { status: 'Updated', id: 361 },
    { id: 1, error: 'UserUpdateError', details: 'Name: is too short', status: 'Failed' },
  ];
  expect(parseRowResults([{ id: '361' }, { id: '362' }], results)).toEqual([
    { kind: 'ok', id: '361' },
    { kind: 'error', error: 'UserUpdateError', details: 'Name: is too short' },
  ]);
});

test('entries that name their user are matched by the name, in any order', () => {
  const results = [
    { status: 'Created', id: 12, email: 'B@example.com' },
    { status: 'Created', id: 11, external_id: 'Q:1:1' },
    { status: 'Created', id: 13 },
  ];
  expect(parseRowResults(rows, results)).toEqual([
    { kind: 'ok', id: '11' },
    { kind: 'ok', id: '12' },
    { kind: 'ok', id: '13' },
  ]);
});

test('fewer entries than rows: nothing is taken by position', () => {
  expect(parseRowResults(rows, [{ status: 'Created', id: 11 }])).toEqual([
    { kind: 'unknown' },
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
  expect(parseRowResults(rows, undefined)).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }, { kind: 'unknown' }]);
});

test('an update is matched by id, and another id in its place is not taken for it', () => {
  const sent = [{ id: '1' }, { id: '2' }];
  const results = [
    { id: 2, status: 'Updated', success: true, action: 'update' },
    { id: 9, status: 'Updated', success: true },
  ];
  expect(parseRowResults(sent, results)).toEqual([{ kind: 'unknown' }, { kind: 'ok', id: '2' }]);
});

test('results are matched by index where it is there, in any order', () => {
  const results = [
    { index: 2, status: 'Created', id: 13 },
    { index: 1, error: 'UserCreateError', details: 'Name: is too short', id: 1, status: 'Failed' },
    { index: 0, status: 'Created', id: 11 },
  ];
  expect(parseRowResults(rows, results)).toEqual([
    { kind: 'ok', id: '11' },
    { kind: 'error', error: 'UserCreateError', details: 'Name: is too short' },
    { kind: 'ok', id: '13' },
  ]);
});

test('where one index is out of its place, no place says anything', () => {
  const results = [
    { index: 1, status: 'Created', id: 12 },
    { status: 'Created', id: 11 },
    { status: 'Created', id: 13 },
  ];
  expect(parseRowResults(rows, results)).toEqual([{ kind: 'unknown' }, { kind: 'ok', id: '12' }, { kind: 'unknown' }]);
});

test('an entry whose index and name disagree, and two entries for one row, are nobody’s', () => {
  expect(
    parseRowResults(rows, [
      { index: 0, status: 'Created', id: 12, email: 'b@example.com' },
      { index: 2, status: 'Created', id: 13 },
      { index: 2, status: 'Created', id: 14 },
    ]),
  ).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }, { kind: 'unknown' }]);
  expect(parseRowResults([{ id: '1' }, { id: '2' }], [{ index: 0, id: 2, status: 'Updated' }])).toEqual([
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
});

test('a failed row without an error has come to no outcome, and its id is nobody’s', () => {
  const results = [
    { id: 11, status: 'Created' },
    { id: 1, status: 'Failed' },
    { id: 13, status: 'Created' },
  ];
  expect(parseRowResults(rows, results)).toEqual([
    { kind: 'ok', id: '11' },
    { kind: 'unknown' },
    { kind: 'ok', id: '13' },
  ]);
  expect(parseRowResults([{ id: '7' }, { id: '1' }], [{ id: 1, status: 'Failed' }])).toEqual([
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
});

test('whatever comes back, there is a verdict for each row and none is ok against an error', () => {
  const entry = fc.oneof(
    fc.anything(),
    fc.record({ id: fc.nat(), error: fc.string({ minLength: 1 }), index: fc.nat(3) }),
    fc.record({ id: fc.nat(), status: fc.constant('Created') }),
  );
  fc.assert(
    fc.property(fc.array(entry), (results) => {
      const parsed = parseRowResults(rows, results);
      expect(parsed).toHaveLength(rows.length);
    }),
  );
});

test('details are reported without the person in them', () => {
  const text = redactDetails('Email: jo@example.com is already being used by another user (Jo Example)', {
    name: 'Jo Example',
    email: 'jo@example.com',
  });
  expect(text).toBe('Email: [email] is already being used by another user ([name])');
});
