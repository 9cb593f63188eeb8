/** A run that would have to wait longer ends, so that it does not hold the lease. */
export const maxWaitMs = 60 * 60_000;

/**
 * Milliseconds to wait, from a Retry-After header: seconds or an HTTP date. Undefined if absent or unreadable. A date is
 * compared with the response's own Date, because the two clocks may differ; without one, with `nowMs`.
 */
export function parseRetryAfter(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  if (Number.isNaN(date) || !/[a-z]/i.test(text)) return undefined;
  const serverNow = Date.parse(headers.date ?? '');
  return Math.max(0, date - (Number.isNaN(serverNow) ? nowMs : serverNow));
}
