import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stableJson } from '../../../src/core/stable-json.ts';

test('keys are sorted at every depth, lists keep their order', () => {
  expect(stableJson({ b: [{ d: 1, c: 2 }, 'x'], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},"x"]}');
});

test('what JSON has no word for is written as JSON writes it', () => {
  expect(stableJson(undefined)).toBe('null');
  expect(stableJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
  expect(stableJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
});

/** The same value with the keys of all its objects in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

test('equal values give equal text, whatever the order of their keys, and the text is the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(stableJson(reversed(value))).toBe(stableJson(value));
      expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('different values give different text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      const same = stableJson(a) === stableJson(b);
      if (same) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    }),
  );
});
