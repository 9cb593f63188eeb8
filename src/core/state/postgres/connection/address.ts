/** How sure we want to be of the server: https://www.postgresql.org/docs/current/libpq-ssl.html, "SSL Mode Descriptions". */
export type Encryption =
  | 'off'
  /** If the server offers it. */
  | 'if-offered'
  /** With whoever answers. */
  | 'any-server'
  /** With a certificate of an authority that we know, whatever its name. */
  | 'known-authority'
  /** With a certificate of an authority that we know, for this host. */
  | 'known-server';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly encryption: Encryption;
  /** File of the authority, of our own certificate, and of its key. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly certificateKey: string | undefined;
  readonly poolMax: number;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Without user, password and parameters: for messages. */
  readonly location: string;
}

const modes: ReadonlyMap<string, Encryption> = new Map([
  ['disable', 'off'],
  ['allow', 'if-offered'],
  ['prefer', 'if-offered'],
  ['require', 'any-server'],
  ['verify-ca', 'known-authority'],
  ['verify-full', 'known-server'],
]);
const numbers = new Set(['pool_max', 'statement_timeout', 'connect_timeout']);
const names = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'application_name', ...numbers];
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

const defaultPort = 5432;
const defaultPoolMax = 10;
const defaultStatementMs = 60_000;
const defaultConnectSeconds = 10;

/** Whether this names a database rather than a file. */
export function isPostgresUrl(state: string): boolean {
  return /^postgres(ql)?:/i.test(state);
}

/** Why it is not a URL of a database; undefined where it is one. Quotes nothing of the URL but names of parameters. */
export function addressProblem(url: string): string | undefined {
  const expected =
    'expected postgres://user@host:5432/database, with @ # / and % in a password written %40 %23 %2F and %25';
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) return expected;
  const { pathname, search, searchParams, hash } = new URL(url);
  // A # or / that is not escaped ends the password: its rest, with the @ of the host, stands behind it.
  if (hash !== '' || (pathname + search).includes('@')) return expected;
  if (!isDecodable(url)) return expected;
  if (pathname.length < 2) return 'expected the name of a database after the host';
  const unknown = [...searchParams.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) return `the parameter ${unknown} is not known here: only ${names.join(', ')}`;
  const mode = searchParams.get('sslmode');
  if (mode !== null && !modes.has(mode)) return `expected sslmode to be one of ${[...modes.keys()].join(', ')}`;
  const wrong = [...numbers].find((name) => !/^[1-9]\d{0,8}$/.test(searchParams.get(name) ?? '1'));
  return wrong === undefined ? undefined : `expected ${wrong} to be a whole number greater than 0`;
}

/** The URL must be one: see `addressProblem`. Without `sslmode`, another machine must prove who it is. */
export function addressOf(url: string): Address {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const parameter = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  const count = (name: string, otherwise: number): number => Number(parameter(name) ?? otherwise);
  const host = (parameter('host') ?? (hostname === '' ? 'localhost' : hostname)).replace(/^\[(.*)\]$/, '$1');
  const database = decodeURIComponent(pathname.slice(1));
  const isHere = loopback.has(host) || host.startsWith('/');
  const portNumber = port === '' ? defaultPort : Number(port);
  return {
    host,
    port: portNumber,
    user: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    database,
    encryption: encryptionOf({ mode: parameter('sslmode'), isHere, hasAuthority: searchParams.has('sslrootcert') }),
    rootCertificate: parameter('sslrootcert'),
    certificate: parameter('sslcert'),
    certificateKey: parameter('sslkey'),
    poolMax: count('pool_max', defaultPoolMax),
    applicationName: parameter('application_name') ?? 'rolodesk',
    statementTimeoutMs: count('statement_timeout', defaultStatementMs),
    connectTimeoutMs: count('connect_timeout', defaultConnectSeconds) * 1000,
    location: `postgres://${host.includes(':') ? `[${host}]` : host}:${portNumber}/${database}`,
  };
}

function encryptionOf({
  mode,
  isHere,
  hasAuthority,
}: {
  readonly mode: string | undefined;
  readonly isHere: boolean;
  readonly hasAuthority: boolean;
}): Encryption {
  const encryption = modes.get(mode ?? '') ?? (isHere ? 'off' : 'known-server');
  // As libpq has it: whoever names an authority wants the server to have a certificate of it.
  return encryption === 'any-server' && hasAuthority ? 'known-authority' : encryption;
}

function isDecodable(url: string): boolean {
  const { username, password, pathname } = new URL(url);
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
