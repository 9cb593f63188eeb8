import {
  AuthError,
  type CallContext,
  type CheckResult,
  type Cursor,
  createOAuthClient,
  defineConnector,
  type HttpClient,
  type HttpResponse,
  originSchema,
  type Page,
  parseResponse,
  responseDate,
  type SourceConnector,
  secretSchema,
  z,
} from '../../src/connector.ts';

const customer = z.looseObject({ id: z.string(), name: z.string().nullish(), email: z.string().nullish() });
const reply = z.looseObject({ customers: z.array(customer), next: z.string().nullable() });
const place = z.object({ since: z.number().nullable(), next: z.string().nullable(), startedAt: z.number().nullable() });
const config = z.strictObject({ baseUrl: originSchema, clientSecret: secretSchema, refreshToken: secretSchema });
type Place = z.output<typeof place>;
type Asked = Readonly<Record<string, string | undefined>>;

/** The parts of a good connector, each of which a bad one does in its own way. */
interface Parts {
  /** Default: with the secret marked as one. */
  readonly config: z.ZodObject;
  /** The page of a reply. */
  parse(response: HttpResponse, context: CallContext): z.output<typeof reply>;
  /** Where the next incremental read begins. */
  sinceAfter(startedAt: number, endedAt: number): number;
  /** The cursor of a page within a scan, whose next page has this cursor. */
  within(place: Place, next: string): Place;
  isWhole(wasWhole: boolean): boolean;
  /** The signal that requests are sent with. */
  signalOf(context: CallContext): AbortSignal;
  /** Everything that it reads, in its own order and time. */
  pages(read: AsyncIterable<Page>): AsyncIterable<Page>;
  /** Asks for a page of the list. */
  ask(client: HttpClient, query: Asked, signal: AbortSignal): Promise<HttpResponse>;
  check(page: z.output<typeof reply>, context: CallContext): CheckResult;
  /** Whether `check` sends a request. */
  readonly asksToCheck: boolean;
  /** Whether every request may renew the token, whoever else does. */
  readonly renewsAlways: boolean;
}

const good: Parts = {
  config,
  parse: (response, context) => parseResponse('customers', reply, response, context),
  sinceAfter: (startedAt) => startedAt - 60_000,
  within: (at, next) => ({ ...at, next }),
  isWhole: (wasWhole) => wasWhole,
  signalOf: ({ signal }) => signal,
  pages: (read) => read,
  ask: (client, query, signal) =>
    client.request({ method: 'GET', path: '/v1/customers', query, idempotent: true, signal }),
  check: () => ({ identity: 'Acme', lines: [] }),
  asksToCheck: true,
  renewsAlways: false,
};

/** A connector for the twin of `acmeTwin`: good, except for the parts that are given. */
export function acmeWith(bad: Partial<Parts> = {}): SourceConnector {
  const parts = { ...good, ...bad };
  return defineConnector({
    specVersion: 1,
    name: 'acme',
    title: 'Acme',
    config: parts.config,
    record: customer,
    limits: { concurrent: 4 },
    account: () => 'acme',
    origin: (given) => String(given.baseUrl),
    createSource(options) {
      const { http, clock, credentials, onSecret } = options;
      const { baseUrl, clientSecret, refreshToken } = config.parse(options.config);
      const tokens = http({ isTokenEndpoint: true });
      const client = http(
        parts.renewsAlways
          ? renewing(tokens, { clientSecret, refreshToken })
          : createOAuthClient({
              title: 'Acme',
              tokenUrl: `${baseUrl}/token`,
              http: tokens,
              clientId: 'app',
              clientSecret,
              refreshToken,
              credentialsIn: 'body',
              credentials,
              clock,
              onSecret,
            }),
      );

      async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page> {
        let at: Place = place.safeParse(from).data ?? { since: null, next: null, startedAt: null };
        const isFull = at.since === null && at.next === null;
        for (;;) {
          const since = at.since === null ? undefined : new Date(at.since).toISOString();
          const query = { updated_since: since, cursor: at.next ?? undefined };
          const response = await parts.ask(client, query, parts.signalOf(context));
          const { customers, next } = parts.parse(response, context);
          const now = responseDate(response) ?? clock.now();
          const startedAt = at.startedAt ?? now;
          const records = customers.map((data) => ({ key: data.id, data, state: 'active' as const }));
          if (next === null) {
            const since = parts.sinceAfter(startedAt, now);
            const whole = parts.isWhole(isFull);
            yield { records, cursor: { since, next: null, startedAt: null }, ...(whole && { whole }) };
            return;
          }
          at = { ...at, startedAt, next };
          yield { records, cursor: { ...parts.within(at, next) } };
        }
      }

      return {
        read: (from, context) => parts.pages(read(from, context)),
        async check(context) {
          if (!parts.asksToCheck) return { identity: 'Acme', lines: [] };
          return parts.check(parts.parse(await parts.ask(client, {}, parts.signalOf(context)), context), context);
        },
      };
    },
  });
}

/** Asks for a token of its own whenever one is refused: nobody else is looked at, and nothing is kept. */
function renewing(
  tokens: HttpClient,
  { clientSecret, refreshToken }: { readonly clientSecret: string; readonly refreshToken: string },
) {
  let latest = refreshToken;
  let access = '';
  const renew = async (): Promise<void> => {
    const form = { grant_type: 'refresh_token', refresh_token: latest, client_id: 'app', client_secret: clientSecret };
    const { signal } = new AbortController();
    const response = await tokens.request({
      method: 'POST',
      path: '/token',
      form,
      idempotent: false,
      expect: [400],
      signal,
    });
    if (response.status === 400) throw new AuthError('The refresh token is spent.');
    const shape = z.looseObject({ access_token: z.string(), refresh_token: z.string() });
    const given = parseResponse('the token', shape, response);
    latest = given.refresh_token;
    access = given.access_token;
  };
  return {
    async authorize() {
      if (access === '') await renew();
      return { authorization: `Bearer ${access}` };
    },
    async refresh() {
      await renew();
      return true;
    },
  };
}
