/** Times are shown in the reader's time zone, with its name; ISO 8601 in UTC is one hover away. */
const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
const withSeconds = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
// Made once: to make one takes a thousand times as long as to use it.
const wholeNumber = new Intl.NumberFormat('en-US');

interface Props {
  readonly at: string | null | undefined;
  /** Shown where there is no time. */
  readonly absent?: string;
  readonly seconds?: boolean;
}

export function Moment({ at, absent = '–', seconds = false }: Props) {
  if (at === null || at === undefined) return <span class="soft">{absent}</span>;
  const format = seconds ? withSeconds : full;
  return (
    <time dateTime={at} title={at}>
      {format.format(new Date(at))}
    </time>
  );
}

/** `850 ms`, `40 s`, `12 min`, `3 h 5 min`. */
export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function numberOf(value: number): string {
  return wholeNumber.format(value);
}
