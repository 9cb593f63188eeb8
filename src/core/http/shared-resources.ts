import type { RateLimiter } from './rate-limiter.ts';

/**
 * What pipelines of one process share because the other side counts them as one: requests of an account, jobs of an account.
 * Each pipeline is handed its own view, so that it gets its turn.
 */
export interface SharedResources {
  /** Who asks: pipelines take turns. */
  readonly tenant: string;
  /** What `make` makes for this account: made by who comes first, the same for all who come later. */
  share<T, O>(make: (options: O) => T, account: string, options: O): T;
}

/** Budgets for a process. Returns the view of a pipeline. */
export function createSharedResources(): (pipeline: string) => SharedResources {
  const made = new Map<unknown, Map<string, unknown>>();
  function share<T, O>(make: (options: O) => T, account: string, options: O): T {
    const ofKind = made.get(make) ?? new Map<string, unknown>();
    made.set(make, ofKind);
    if (!ofKind.has(account)) ofKind.set(account, make(options));
    // What is kept under a maker is what the maker made.
    return ofKind.get(account) as T;
  }
  return (pipeline) => ({ tenant: pipeline, share });
}

/** The throttle of an account, or one of its own for who shares with nobody. */
export function sharedRateLimiter<O>(
  budgets: SharedResources | undefined,
  make: (options: O) => RateLimiter,
  { account, options }: { readonly account: string; readonly options: O },
): RateLimiter {
  if (!budgets) return make(options);
  const rateLimiter = budgets.share(make, account, options);
  return { ...rateLimiter, run: (task, how) => rateLimiter.run(task, { ...how, tenant: budgets.tenant }) };
}
