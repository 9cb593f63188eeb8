import { windowsZones } from './windows-zones.ts';
import { zendeskZones } from './zendesk-zones.ts';

/** Every second Sunday of a year: two zones that agree on all of them have one clock. */
const samples = Array.from({ length: 26 }, (_, week) => Date.UTC(2025, 0, 5 + 14 * week, 12));

const zendeskByLower = new Map([...zendeskZones.keys()].map((name) => [name.toLowerCase(), name]));
const windowsByLower = new Map([...windowsZones].map(([name, zone]) => [name.toLowerCase(), zone]));
/** What was asked for before. Few: a name that means nothing is not kept. */
const found = new Map<string, string>();
let table: ReturnType<typeof readTable> | undefined;

/**
 * Zendesk's name for a time zone that is named as Zendesk, IANA or Windows name it. A zone that Zendesk has no name for gets
 * that of a zone with the same clock, of the same continent where there is one. Undefined where there is none.
 */
export function zendeskTimeZone(text: string): string | undefined {
  const known = found.get(text);
  if (known !== undefined) return known;
  const name = search(text.trim());
  if (name !== undefined) found.set(text, name);
  return name;
}

/** Whether two names mean the same clock. Zendesk shows some zones by their IANA name. */
export function isSameTimeZone(a: string, b: string): boolean {
  const [one, other] = [zendeskTimeZone(a), zendeskTimeZone(b)];
  return (
    one !== undefined && other !== undefined && (one === other || zendeskZones.get(one) === zendeskZones.get(other))
  );
}

function search(name: string): string | undefined {
  const own = zendeskByLower.get(name.toLowerCase());
  if (own !== undefined) return own;
  const windows = windowsByLower.get(name.toLowerCase().replace(/ (?:standard|daylight) time$/, ''));
  const zone = windows ?? windowsByLower.get(name.toLowerCase()) ?? name;
  const canonical = canonicalOf(zone);
  if (canonical === undefined) return undefined;
  table ??= readTable();
  const named = table.find((row) => row.canonical === canonical);
  if (named) return named.name;
  const clock = clockOf(canonical);
  const same = table.filter((row) => row.clock === clock);
  const continent = `${zone.split('/')[0]}/`;
  return (same.find(({ iana }) => iana.startsWith(continent)) ?? same[0])?.name;
}

function readTable() {
  return [...zendeskZones].map(([name, iana]) => ({
    name,
    iana,
    canonical: canonicalOf(iana),
    clock: clockOf(iana),
  }));
}

/** The name that this platform gives to a zone and all its aliases. */
function canonicalOf(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function clockOf(zone: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  return samples
    .map((at) => format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '')
    .join(' ');
}
