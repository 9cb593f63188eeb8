/** What the connector's API allows, as data. Rates are requests. */
export interface RateLimits {
  /** Where it says so, and when that was read: `Acme, "Rate limits", May 2026`. */
  readonly documented?: string;
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly concurrent: number;
}
