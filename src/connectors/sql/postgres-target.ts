export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: Tls;
}

/** Whether the connection is encrypted, and whether the server must prove who it is. */
export type Tls = 'verify' | 'encrypt' | 'off';

/** https://www.postgresql.org/docs/current/libpq-ssl.html, "SSL Mode Descriptions": the nearest that promises no less. */
const modes: ReadonlyMap<string, Tls> = new Map([
  ['disable', 'off'],
  ['allow', 'encrypt'],
  ['prefer', 'encrypt'],
  ['require', 'encrypt'],
  ['verify-ca', 'verify'],
  ['verify-full', 'verify'],
]);
const known = new Set(['sslmode', 'host', 'application_name']);
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/** Why it is no URL of a database; undefined where it is one. Holds nothing of the URL but names. */
export function targetProblem(url: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    return 'expected postgres://user@host:5432/database, with letters such as @ and / in a password escaped';
  const { pathname, searchParams } = new URL(url);
  if (pathname.length < 2) return 'expected the name of a database after the host';
  const other = [...searchParams.keys()].find((name) => !known.has(name));
  if (other !== undefined) return `the parameter ${other} is not known here: only ${[...known].join(', ')}`;
  const mode = searchParams.get('sslmode');
  if (mode !== null && !modes.has(mode)) return `expected sslmode to be one of ${[...modes.keys()].join(', ')}`;
  return undefined;
}

/** The URL must be one: see `targetProblem`. */
export function targetOf(url: string): Target {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? (hostname === '' ? 'localhost' : hostname);
  const isHere = loopback.has(host) || host.startsWith('/');
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 5432 : Number(port),
    user: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls: modes.get(searchParams.get('sslmode') ?? '') ?? (isHere ? 'off' : 'verify'),
  };
}
