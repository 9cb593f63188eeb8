import { expect, test } from 'vitest';
import { hintOf } from '../../src/app/hint.ts';
import { wordsFor } from '../../src/cli/remedies.ts';
import { failureOf } from '../../src/core/report/stored-failure.ts';

const hint = 'Connect the company again.';
const remedy = { kind: 'connect', system: 'quickbooks' } as const;

test('a command stands at the end of the hint that it carries out', () => {
  expect(hintOf({ hint, remedy }, wordsFor)).toBe('Connect the company again: rolodesk connect quickbooks.');
  expect(hintOf({ remedy }, wordsFor)).toBe('rolodesk connect quickbooks');
});

test('a sentence follows the hint', () => {
  const key = '58';
  expect(hintOf({ hint: 'A key is an id.', remedy: { kind: 'read-customer', key } }, wordsFor)).toBe(
    'A key is an id. rolodesk sync --keys 58 reads it there.',
  );
});

test('a program without words of its own shows the hint alone', () => {
  expect(hintOf({ hint, remedy }, undefined)).toBe(hint);
  expect(hintOf({}, wordsFor)).toBeUndefined();
});

test('a remedy that another version has stored leaves the hint as it is', () => {
  const error = { code: 'x', message: 'm', exitCode: 3, hint, remedy: { kind: 'dance' } };
  const failure = failureOf({ report: { error } });
  expect(hintOf(failure ?? {}, wordsFor)).toBe(hint);
});
