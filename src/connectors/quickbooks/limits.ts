import type { RateLimits } from '../../core/http/rate-limits.ts';

/** 500 a minute and 10 a second for a company and app. */
export const quickbooksLimits: RateLimits = {
  perSecond: 10,
  perMinute: 500,
  concurrent: 10,
  documented: 'Intuit, "API call limits and throttles", November 2026',
};

/** Rows of one query. Above it the reply is clamped or refused: never asked. */
export const rowsPerPage = 1000;

/** "On 429 wait 60 seconds." */
export const throttledMs = 60_000;

/** Refusals in a row after which it is the monthly budget rather than the minute (the body is the same). */
export const refusalsBeforeQuota = 5;

/** Change data capture answers with at most so many objects, unpaged: a reply of this length may be cut off. */
export const maxChanges = 1000;

/** Change data capture looks back 30 days; a day is kept as a margin. */
export const lookBackMs = 29 * 86_400_000;

/** Of the ids in a query, encoded. Servers take 8 kB of a request line, with the path and the rest of the statement in it. */
export const maxIdsBytes = 3_500;
