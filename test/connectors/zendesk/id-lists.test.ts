import { expect, test } from 'vitest';
import { idLists } from '../../../src/connectors/zendesk/api/id-lists.ts';

const encoded = (list: readonly string[]): number => String(new URLSearchParams({ external_ids: list.join() })).length;

test('a list holds at most a hundred ids', () => {
  const ids = Array.from({ length: 201 }, (_, n) => String(n + 1));
  expect(idLists(ids).lists.map((list) => list.length)).toEqual([100, 100, 1]);
});

test.each([
  ['German', 'Müller & Söhne Gerätebau GmbH Köln'],
  ['Japanese', '株式会社東京精密機械製作所大阪営業所'],
  ['emoji', '👩‍👩‍👧‍👦 家族'],
])('100 %s names are cut so that no list is longer than 4 KB in an address', (_, name) => {
  const ids = Array.from({ length: 100 }, (_, n) => `quickbooks:1:${name} ${n}`);
  const { lists, alone } = idLists(ids);
  expect(lists.flat()).toEqual(ids);
  expect(alone).toEqual([]);
  expect(Math.max(...lists.map(encoded))).toBeLessThanOrEqual(4_096);
});

test('an id that Zendesk would cut or trim is asked for alone; one that fits no address is not asked for', () => {
  expect(idLists(['a', 'acme, inc.', ' b', 'c ', 'a', '', '株'.repeat(500)])).toEqual({
    lists: [['a']],
    alone: ['acme, inc.', ' b', 'c '],
  });
});
