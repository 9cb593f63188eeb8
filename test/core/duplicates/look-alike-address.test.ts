import { expect, test } from 'vitest';
import { addressLikeness } from '../../../src/core/duplicates/look-alike-address.ts';

test.each([
  ['a plus tag', 'jo+shop@example.com', 'jo@example.com'],
  ['capitals', 'Jo@Example.COM', 'jo@example.com'],
  ['dots at Gmail', 'j.o.smith@gmail.com', 'josmith@gmail.com'],
  ['the other name of Gmail', 'josmith@googlemail.com', 'josmith@gmail.com'],
  ['a Cyrillic а in the name', 'sаra@example.com', 'sara@example.com'],
  ['a Cyrillic а in the domain', 'jo@exаmple.com', 'jo@example.com'],
  ['the same domain in Punycode', 'jo@xn--exmple-4nf.com', 'jo@example.com'],
  ['a one for an l', 'jo@examp1e.com', 'jo@example.com'],
  ['a zero for an o', 'jo@c0mpany.example', 'jo@company.example'],
  ['rn for m', 'jo@exarnple.com', 'jo@example.com'],
  ['two letters swapped at a large provider', 'jo@gmial.com', 'jo@gmail.com'],
  ['a letter too few there', 'jo@hotmal.com', 'jo@hotmail.com'],
  ['a letter too many there', 'jo@yahooo.com', 'jo@yahoo.com'],
  ['a wrong ending there', 'jo@gmail.con', 'jo@gmail.com'],
  ['an accent', 'josé@example.com', 'jose@example.com'],
])('%s makes no other person', (_, one, other) => {
  expect(addressLikeness(one)).toBe(addressLikeness(other));
});

test.each([
  ['dots elsewhere than at Gmail', 'j.smith@example.com', 'jsmith@example.com'],
  ['digits of the name', 'jo1@example.com', 'jol@example.com'],
  ['another large provider', 'jo@gmail.com', 'jo@hotmail.com'],
  ['a provider whose name is one letter away', 'jo@mail.com', 'jo@gmail.com'],
  ['another such provider', 'jo@ymail.com', 'jo@gmail.com'],
  ['a domain with another ending', 'jo@example.com', 'jo@example.org'],
  ['a tag with nothing before it', '+a@example.com', '+b@example.com'],
])('%s makes another person', (_, one, other) => {
  expect(addressLikeness(one)).not.toBe(addressLikeness(other));
});

test.each(['', 'nobody', '@example.com', 'jo@'])('%j is no address and like none', (text) => {
  expect(addressLikeness(text)).toBeUndefined();
});
