import { windowsZones } from './windows-zones.ts';
import { zendeskZones } from './zendesk-zones.ts';

/** Noon of every day of a year: zones that agree on all of them have the same clock. The year is one whose rules are in force. */
const noons = Array.from({ length: 365 }, (_, day) => Date.UTC(2027, 0, 1 + day, 12));
/** Enough to rule out most zones, at a fraction of the time. */
const someNoons = noons.filter((_, day) => day % 14 === 0);

const zendeskByLower = new Map([...zendeskZones.keys()].map((name) => [name.toLowerCase(), name]));
const windowsByLower = new Map([...windowsZones].map(([name, zone]) => [name.toLowerCase(), zone]));
/** What was asked for before. Few: a name that means nothing is not kept. */
const found = new Map<string, string>();
/** There are some 400 zones, and few of them have no name. */
const nameByZone = new Map<string, string | undefined>();
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
  // A name of IANA first: `GMT` is not Windows' `GMT Standard Time`, which is London's.
  const zone = canonicalOf(name) === undefined ? windowsZone(name.toLowerCase()) : name;
  const canonical = zone === undefined ? undefined : canonicalOf(zone);
  if (canonical === undefined) return undefined;
  if (!nameByZone.has(canonical)) nameByZone.set(canonical, nameOf(canonical));
  return nameByZone.get(canonical);
}

function nameOf(canonical: string): string | undefined {
  table ??= readTable();
  const named = table.find((row) => row.canonical === canonical);
  if (named) return named.name;
  const [rough, exact] = [clockOf(canonical, someNoons), clockOf(canonical, noons)];
  const same = table.filter(({ iana, clock }) => clock === rough && clockOf(iana, noons) === exact);
  const continent = `${canonical.split('/')[0]}/`;
  return (same.find(({ iana }) => iana.startsWith(continent)) ?? same[0])?.name;
}

function windowsZone(name: string): string | undefined {
  return windowsByLower.get(name.replace(/ (?:standard|daylight) time$/, '')) ?? windowsByLower.get(name);
}

function readTable() {
  return [...zendeskZones].map(([name, iana]) => ({
    name,
    iana,
    canonical: canonicalOf(iana),
    clock: clockOf(iana, someNoons),
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

function clockOf(zone: string, times: readonly number[]): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  return times.map((at) => format.format(at)).join(' ');
}
