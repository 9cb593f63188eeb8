/** What went wrong between us and a PostgreSQL server, whatever it was asked for. */
export type PostgresFailure =
  /** The server cannot prove who it is, or does not encrypt. */
  | { readonly kind: 'identity' | 'no-encryption' }
  /** The server asks for a password, and there is none, or it takes another. */
  | { readonly kind: 'no-password' | 'login' }
  | { readonly kind: 'no-database' | 'rights' | 'read-only' }
  /** What was asked for is not a statement that the server takes, or names what it does not have. */
  | { readonly kind: 'statement' }
  | { readonly kind: 'timeout' | 'unavailable' | 'disk-full' }
  /** The server's refusal of a value. Its words may quote it. */
  | { readonly kind: 'data' }
  /** No answer of the server: `reason` is why. */
  | { readonly kind: 'connection'; readonly reason: string };

/** The server's code, or Node's, where there is one. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** By the server's code: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresFailure(error: Error): PostgresFailure {
  const code = codeOf(error);
  // Each of the server's codes has a digit; EPIPE has none.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return { kind: serverFailure(code) };
  if (/certificate|self.signed|^ERR_TLS|ALTNAME|UNABLE_TO|^ERR_SSL/i.test(`${code} ${error.message}`))
    return { kind: 'identity' };
  if (/does not support SSL/.test(error.message)) return { kind: 'no-encryption' };
  if (/SASL|password must be a string/.test(error.message)) return { kind: 'no-password' };
  return {
    kind: 'connection',
    reason: reasons[code] ?? (isSilence(error) ? silent : 'the connection was lost or never made'),
  };
}

const silent = 'the server does not answer';

const reasons: Readonly<Record<string, string>> = {
  ETIMEDOUT: silent,
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed by the server',
  ENOENT: 'there is no such socket',
};

/** Nobody answered in time: the driver's own words for it. */
export function isSilence({ message }: Error): boolean {
  return /^Query read timeout$|^Connection terminated due to connection timeout$|^timeout expired$/.test(message);
}

type ServerFailure = Exclude<PostgresFailure, { kind: 'connection' }>['kind'];

const byCode: Readonly<Record<string, ServerFailure>> = {
  '42501': 'rights',
  '3D000': 'no-database',
  '25006': 'read-only',
  '57014': 'timeout',
  '53100': 'disk-full',
};

const byClass: Readonly<Record<string, ServerFailure>> = {
  '28': 'login',
  '42': 'statement',
  '0A': 'statement',
  // Connections, resources, restarts, conflicts, the system below.
  '08': 'unavailable',
  '40': 'unavailable',
  '53': 'unavailable',
  '55': 'unavailable',
  '57': 'unavailable',
  '58': 'unavailable',
};

function serverFailure(code: string): ServerFailure {
  return byCode[code] ?? byClass[code.slice(0, 2)] ?? 'data';
}
