import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defined } from '../defined.ts';

/** What a token endpoint gave. Lifetimes in seconds, as OAuth has them. */
export interface Grant {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken?: string;
  /** How long the refresh token lives unless it is used. */
  readonly refreshExpiresInSeconds?: number;
  /** How long the connection lives, however often it is used. */
  readonly refreshEndsInSeconds?: number;
  readonly scope?: string;
}

const storedShape = z.object({
  refreshToken: z.string().nullable(),
  /** Hash of the configured token that this one grew from: a different configured one wins. */
  root: z.string(),
  accessToken: z.string(),
  expiresAt: z.number(),
  lifetimeMs: z.number(),
  issuedAt: z.number().exactOptional(),
  /** A person signed in then (`rolodesk connect`). Such a token also serves a configuration that holds none. */
  connectedAt: z.number().exactOptional(),
  refreshExpiresAt: z.number().exactOptional(),
  refreshLifetimeMs: z.number().exactOptional(),
  refreshEndsAt: z.number().exactOptional(),
  scope: z.string().exactOptional(),
});
export type StoredToken = z.infer<typeof storedShape>;

/** A stored value as the token that it is, if it belongs to what is configured. */
export function readStored(value: unknown, configured: string | undefined): StoredToken | undefined {
  const stored = storedShape.safeParse(value).data;
  if (!stored) return undefined;
  const serves = stored.root === rootOf(configured) || (configured === undefined && stored.connectedAt !== undefined);
  return serves ? stored : undefined;
}

/** What is kept of a grant. `before`: what it was renewed from. `used`: the refresh token that it was asked for with. */
export function storedOf(
  grant: Grant,
  {
    used,
    configured,
    before,
    connectedAt = before?.connectedAt,
    now,
  }: {
    readonly used: string | undefined;
    readonly configured: string | undefined;
    readonly before?: StoredToken | undefined;
    readonly connectedAt?: number | undefined;
    readonly now: number;
  },
): StoredToken {
  const {
    accessToken,
    expiresInSeconds,
    refreshToken,
    refreshExpiresInSeconds: idle,
    refreshEndsInSeconds: hard,
  } = grant;
  const lifetimeMs = expiresInSeconds * 1000;
  const isSame = refreshToken === undefined || refreshToken === before?.refreshToken;
  const refreshExpiresAt = idle === undefined ? (isSame ? before?.refreshExpiresAt : undefined) : now + idle * 1000;
  const refreshLifetimeMs = idle === undefined ? before?.refreshLifetimeMs : idle * 1000;
  const refreshEndsAt = hard === undefined ? before?.refreshEndsAt : now + hard * 1000;
  const scope = grant.scope ?? before?.scope;
  return {
    refreshToken: refreshToken ?? used ?? null,
    root: before?.root ?? rootOf(configured),
    accessToken,
    expiresAt: now + lifetimeMs,
    lifetimeMs,
    issuedAt: now,
    ...defined({ connectedAt, refreshExpiresAt, refreshLifetimeMs, refreshEndsAt, scope }),
  };
}

function rootOf(configured: string | undefined): string {
  return createHash('sha256')
    .update(configured ?? '')
    .digest('hex');
}
