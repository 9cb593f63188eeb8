import type { TwinRequest, TwinResponse } from '../../../../src/sandbox/server/twin.ts';
import type { SourceTwin, TwinOptions } from '../../../../src/testing/index.ts';
import { serve } from '../../../../src/testing/serve.ts';
import { createRows, type Row } from '../../../../src/testing/twin/rows.ts';

/** A customer as the twin keeps it; each vendor shows it in a shape of its own. */
export interface Customer {
  readonly id: string;
  readonly n: number;
  readonly name: string;
  /** The second customer has none. */
  readonly email: string | null;
  /** When it was changed, in milliseconds. */
  readonly at: number;
  readonly isDeleted: boolean;
}

export interface VendorApi {
  /** In the order of their numbers, those changed at or after `since` only. */
  select(since?: number): readonly Customer[];
  readonly now: number;
}

/** `fixed`: a key that is sent with each request. `token`: OAuth 2, tokens that expire. */
export type VendorAuth =
  | { readonly type: 'fixed'; isKnown(request: TwinRequest): boolean }
  | {
      readonly type: 'token';
      readonly path: string;
      /** The word before the token. Default: Bearer. */
      readonly scheme?: string;
      /** Why no token is given, as this vendor says it; undefined: one is. */
      refuses(form: URLSearchParams, request: TwinRequest): TwinResponse | undefined;
      /** What is given with the n-th token. */
      reply(accessToken: string, n: number): object;
    };

/** One API as its vendor's documentation describes it. Each file in vendors/ names the pages and when they were read. */
export interface Vendor {
  /** Folder of examples/. */
  readonly name: string;
  readonly auth: VendorAuth;
  /** Key of the n-th customer. Default: its number. */
  readonly idOf?: (n: number) => string;
  /** Customers of a page, at most. */
  readonly size: number;
  /** Deleted customers are shown as such; otherwise they are gone. */
  readonly showsDeleted?: boolean;
  /** The list begins with the customer who came last. */
  readonly newestFirst?: boolean;
  /** Where pages are counted, removing one moves all after it, and no scan counts as whole. */
  readonly countsPages?: boolean;
  /** Why the API can't be asked for changes. */
  readonly noChanges?: string;
  /** What the vendor answers to a stranger, and to somebody who asks too often. */
  readonly unauthorized: TwinResponse;
  readonly throttled: TwinResponse | ((now: number) => TwinResponse);
  /** How long `throttled` makes us wait, in milliseconds: as it says, or 10 s where it says nothing. */
  readonly waitMs: number;
  handle(request: TwinRequest, api: VendorApi): TwinResponse;
}

export interface VendorTwin extends SourceTwin {
  readonly url: string;
  /** So many requests for data are refused from now on. */
  throttle(times: number): void;
  /** The fixed key is refused from now on, and no token is given any more. */
  revoke(): void;
  /** How many requests for data came. */
  asked(): number;
  close(): Promise<void>;
}

export async function createVendorTwin(vendor: Vendor, { pages, clock, port = 0 }: TwinOptions): Promise<VendorTwin> {
  const { auth, size, idOf = String, showsDeleted = false, countsPages = false } = vendor;
  const rows = createRows({
    count: Math.max(1, Math.ceil((pages - 0.5) * size)),
    now: clock.now,
    row: (n) => ({ id: idOf(n), n, name: `Customer ${n}`, email: n === 2 ? null : `c${n}@example.com` }),
    key: 'id',
    updatedAt: 'at',
    text: 'name',
    ...(showsDeleted && { removed: (row: Row) => ({ ...row, isDeleted: true }) }),
  });
  const tokens = new Set<string>();
  let [given, refusals, asked, isRevoked] = [0, 0, 0, false];

  function token(request: TwinRequest, { refuses, reply }: Extract<VendorAuth, { type: 'token' }>): TwinResponse {
    const refusal = refuses(new URLSearchParams(request.body), request);
    if (refusal) return refusal;
    if (isRevoked) return { status: 400, body: { error: 'invalid_grant' } };
    given += 1;
    tokens.add(`access-${given}`);
    return { status: 200, body: reply(`access-${given}`, given) };
  }

  function isKnown(request: TwinRequest): boolean {
    if (auth.type === 'fixed') return !isRevoked && auth.isKnown(request);
    const scheme = `${auth.scheme ?? 'Bearer'} `;
    const { authorization = '' } = request.headers;
    return authorization.startsWith(scheme) && tokens.has(authorization.slice(scheme.length));
  }

  function handle(request: TwinRequest): TwinResponse {
    if (auth.type === 'token' && request.path === auth.path) return token(request, auth);
    asked += 1;
    if (!isKnown(request)) return vendor.unauthorized;
    if (refusals > 0) {
      refusals -= 1;
      return typeof vendor.throttled === 'function' ? vendor.throttled(clock.now()) : vendor.throttled;
    }
    return vendor.handle(request, {
      now: clock.now(),
      select: (since) => rows.select(since).map(({ row }) => customerOf(row)),
    });
  }

  const served = await serve({ handle, now: clock.now, port });
  return {
    url: served.url,
    keys: () => (vendor.newestFirst ? rows.keys().toReversed() : rows.keys()),
    change: rows.change,
    add: rows.add,
    ...(countsPages ? {} : { remove: rows.remove }),
    ...(auth.type === 'token' && { expireTokens: () => tokens.clear(), tokensGiven: () => given }),
    throttle: (times) => {
      refusals = times;
    },
    revoke: () => {
      isRevoked = true;
      tokens.clear();
    },
    asked: () => asked,
    close: served.close,
  };
}

function customerOf(row: Row): Customer {
  return {
    id: String(row.id),
    n: Number(row.n),
    name: String(row.name),
    email: row.email === null ? null : String(row.email),
    at: Date.parse(String(row.at)),
    isDeleted: row.isDeleted === true,
  };
}
