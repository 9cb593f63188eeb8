/** How long the requests to one endpoint took, without the wait in our own queue. */
export interface EndpointTiming {
  readonly count: number;
  /** Answered with a failure that is not a throttle's, or not at all. */
  readonly errors: number;
  /** Refused by the server's throttle (429). */
  readonly throttled: number;
  /** Within a tenth; of requests with an answer and without. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** By endpoint, such as `GET /api/v2/users/{id}`. */
export type Timings = Readonly<Record<string, EndpointTiming>>;

export interface HttpCounters {
  readonly requests: number;
  readonly throttled: number;
  /** How long they took. Absent where nobody measures. */
  timings?(): Timings;
}
