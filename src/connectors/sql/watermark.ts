/**
 * Where the next read begins. Values are compared with values of the same column, never with a clock of ours, so no time zone
 * matters; but one that lies in the future (a wrong year) must not hide all that changes until then, so none goes beyond now.
 */

/** Numbers that are times, as systems write them: seconds or milliseconds since the epoch. */
const seconds = { from: 1e9, below: 1e10 };
const milliseconds = { from: 1e12, below: 1e13 };

const time = /^(\d{4}-\d\d-\d\d)(?:([ T])(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

type Value = string | number | bigint;

/** The value, or the present in its own form where it lies after that. */
export function capAt(value: Value, nowMs: number): Value {
  if (typeof value === 'string') {
    const ms = timeOf(value);
    return ms !== undefined && ms > nowMs ? moved(value, nowMs - ms) : value;
  }
  const number = Number(value);
  if (isIn(seconds, number)) return number * 1000 > nowMs ? Math.floor(nowMs / 1000) : value;
  if (isIn(milliseconds, number)) return number > nowMs ? nowMs : value;
  return value;
}

/** The value that lies so far before it: seconds for times, as much for numbers. Other text stays as it is. */
export function before(value: Value, overlap: number): Value {
  if (typeof value === 'string') return timeOf(value) === undefined ? value : moved(value, -overlap * 1000);
  const much = isIn(milliseconds, Number(value)) ? overlap * 1000 : overlap;
  return typeof value === 'bigint' ? value - BigInt(Math.ceil(much)) : value - much;
}

function isIn({ from, below }: typeof seconds, number: number): boolean {
  return number >= from && number < below;
}

/** Without a zone it is taken for UTC: only the distance to another one is asked for. */
function timeOf(text: string): number | undefined {
  const [, date, , minutes = '00:00', rest = ':00', , zone = 'Z'] = time.exec(text) ?? [];
  if (date === undefined) return undefined;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  const ms = Date.parse(`${date}T${minutes}${rest}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** In the same form, so that text compares as time does. Cut off, never rounded up. */
function moved(text: string, ms: number): string {
  const [, date, between, minutes, rest, fraction = '', zone = ''] = time.exec(text) ?? [];
  const local = Date.parse(`${date}T${minutes ?? '00:00'}${rest ?? ':00'}Z`) + ms;
  const iso = new Date(local).toISOString();
  if (between === undefined) return iso.slice(0, 10);
  const upTo = rest === undefined ? 16 : 19;
  return `${iso.slice(0, 10)}${between}${iso.slice(11, upTo)}${fraction.replaceAll(/\d/g, '0')}${zone}`;
}
