import { expect, test } from 'vitest';
import { suggestionsAt } from '../../src/console/mapping/completion.ts';
import { keysAt } from '../../src/console/mapping/schema-keys.ts';
import { yamlPlaceAt } from '../../src/console/mapping/yaml-place.ts';

/** `|` stands where somebody types. */
function placeIn(text: string) {
  const place = yamlPlaceAt(text.replace('|', ''), text.indexOf('|'));
  return place && [place.kind, place.path.join('.'), place.typed];
}

test('a place is found by the keys around it', () => {
  expect(placeIn('na|')).toEqual(['key', '', 'na']);
  expect(placeIn('name: Disp|')).toEqual(['value', 'name', 'Disp']);
  expect(placeIn('name: Given\nuser_fields:\n  ci|')).toEqual(['key', 'user_fields', 'ci']);
  expect(placeIn('user_fields:\n  city: Bill|\n')).toEqual(['value', 'user_fields.city', 'Bill']);
  expect(placeIn('user_fields:\n  a: b\n\n  |')).toEqual(['key', 'user_fields', '']);
  expect(placeIn('a:\n  b:\n    c: d\ne|')).toEqual(['key', '', 'e']);
  expect(placeIn('tags:\n  - qu|')).toEqual(['value', 'tags', 'qu']);
  expect(placeIn('tags:\n- qu|')).toEqual(['value', 'tags', 'qu']);
  expect(placeIn('"odd name": x|')).toEqual(['value', 'odd name', 'x']);
});

test('within comments, braces and texts of several words nothing is suggested', () => {
  expect(placeIn('# na|')).toBeUndefined();
  expect(placeIn('name: a # na|')).toBeUndefined();
  expect(placeIn('notes: { fr|')).toBeUndefined();
  expect(placeIn('two words|')).toBeUndefined();
});

test('keys of a schema are found through alternatives and references', () => {
  const schema = {
    $defs: { rule: { anyOf: [{ type: 'string' }, { properties: { from: { description: 'A path' }, when: {} } }] } },
    properties: {
      name: { $ref: '#/$defs/rule', description: 'What it is called' },
      other: { additionalProperties: { $ref: '#/$defs/rule' } },
    },
  };
  expect(keysAt(schema, [])).toEqual([
    { name: 'name', description: 'What it is called' },
    { name: 'other', description: undefined },
  ]);
  expect(keysAt(schema, ['name']).map(({ name }) => name)).toEqual(['from', 'when']);
  expect(keysAt(schema, ['other', 'anything']).map(({ name }) => name)).toEqual(['from', 'when']);
  expect(keysAt(schema, ['name', 'from'])).toEqual([]);
});

const mapping = {
  text: '',
  schema: { properties: { name: { description: 'What it is called' }, user_fields: { properties: {} } } },
  source: [{ path: 'BillAddr.City', type: 'text', title: 'City' }],
  user: [
    { target: 'name', type: 'text' },
    { target: 'user_fields.city', type: 'text', title: 'City' },
  ],
  isCode: false,
};

function suggestedIn(text: string) {
  return suggestionsAt(text.replace('|', ''), text.indexOf('|'), mapping)?.options.map(({ text: written }) => written);
}

test('keys are those of the schema and of the account, values the paths of the record', () => {
  expect(suggestedIn('n|')).toEqual(['name: ', 'user_fields: ']);
  expect(suggestedIn('user_fields:\n  c|')).toEqual(['city: ']);
  expect(suggestedIn('mapping:\n  user_fields:\n    c|')).toEqual(['city: ']);
  expect(suggestedIn('name: B|')).toEqual(['BillAddr.City']);
  expect(suggestedIn('name:\n  const: B|')).toBeUndefined();
});
