import { expect, test } from 'vitest';
import { zendeskTimeZone } from '../../src/connectors/zendesk/fields/time-zones/time-zone.ts';
import { zendeskZones } from '../../src/connectors/zendesk/fields/time-zones/zendesk-zones.ts';
import rails from './rails-zones.json' with { type: 'json' };
import windows from './windows-zones.json' with { type: 'json' };

/** One name for a zone and its aliases, such as Europe/Kiev and Europe/Kyiv. */
const canonicalOf = (zone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;

/** Their rules changed in 2026d; Node 24 still has 2026c. */
const newerThanNode: readonly string[] = ['America/Inuvik'];

test('Zendesk has the names of Rails, each for the same zone', () => {
  const canonical = (zones: Iterable<readonly [string, string]>) =>
    new Map([...zones].map(([name, zone]) => [name, canonicalOf(zone)]));
  expect(canonical(zendeskZones)).toEqual(canonical(Object.entries(rails.later)));
});

test.each(Object.keys(rails.earlier))('%s, which earlier versions of Rails have too, is kept as it is', (name) => {
  expect(zendeskTimeZone(name)).toBe(name);
});

test('a zone gets a name with the same clock, or none where Rails has no such clock', () => {
  const wrong = rails.clocks.flatMap(({ zones, names }) =>
    zones.flatMap((zone) => {
      const name = zendeskTimeZone(zone);
      return (name === undefined ? names.length === 0 : names.includes(name)) ? [] : [`${zone}: ${name}`];
    }),
  );
  expect(wrong.filter((zone) => !newerThanNode.includes(zone.split(':')[0] ?? ''))).toEqual([]);
});

test.each(Object.entries(windows.zones))('Windows calls it %s, IANA %s', (name, zone) => {
  expect(zendeskTimeZone(name)).toBe(zendeskTimeZone(zone));
  expect(zendeskTimeZone(name.replace(/ Standard Time$/, ' Daylight Time'))).toBe(zendeskTimeZone(zone));
});
