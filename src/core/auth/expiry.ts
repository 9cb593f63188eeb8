import type { StoredToken } from './stored-token.ts';

/** A day on which a connection stops working, unless somebody or something acts before it. */
export interface Expiry {
  readonly what: 'refresh token' | 'connection' | 'API token';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly state: 'ok' | 'soon' | 'over';
  /** What moves it on. */
  readonly remedy: string;
}

const dayMs = 86_400_000;
const warningMs = 14 * dayMs;

/** `reconnect`: the command that a person gives. */
export function expiriesOf(stored: StoredToken, reconnect: string, now: number): readonly Expiry[] {
  const { refreshToken, refreshExpiresAt, refreshLifetimeMs, refreshEndsAt } = stored;
  if (refreshToken === null) return [];
  // Of one that lives less than four weeks in all, the second half: it would warn from its first day otherwise.
  const ahead = Math.min(warningMs, (refreshLifetimeMs ?? Number.POSITIVE_INFINITY) / 2);
  const used = `A sync before then renews it; after it: ${reconnect}.`;
  return [
    ...(refreshExpiresAt === undefined ? [] : [expiry('refresh token', refreshExpiresAt, used, { now, ahead })]),
    ...(refreshEndsAt === undefined
      ? []
      : [expiry('connection', refreshEndsAt, `${reconnect} begins a new one.`, { now })]),
  ];
}

/** From 14 days before. */
export function expiry(
  what: Expiry['what'],
  at: number,
  remedy: string,
  { now, ahead = warningMs }: { readonly now: number; readonly ahead?: number },
): Expiry {
  const state = at <= now ? 'over' : at - ahead <= now ? 'soon' : 'ok';
  return { what, at, state, remedy };
}
