import { AuthError, ConfigError, ContractError, RolodeskError, TransientError } from '../../core/domain/errors.ts';

/** What a failure of the database asks for, by its code: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresError(error: unknown, where: string): unknown {
  if (error instanceof RolodeskError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Each of the server's codes has a digit; EPIPE has none.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return serverError(code, error, where);
  if (/certificate|self.signed|^ERR_TLS|ALTNAME|UNABLE_TO|^ERR_SSL/i.test(`${code} ${error.message}`))
    return new ConfigError(`${where} cannot prove who it is (${code || 'TLS'}).`, {
      code: 'sql-tls',
      hint: 'Name its authority in source.ca. source.tls: encrypt takes any certificate.',
      cause: error,
    });
  if (/does not support SSL/.test(error.message))
    return new ConfigError(`${where} does not encrypt connections.`, {
      code: 'sql-tls',
      hint: 'Have it encrypt them. source.tls: off sends everything in the clear.',
      cause: error,
    });
  if (/SASL|password must be a string/.test(error.message))
    return new AuthError(`${where} asks for a password, and source has none that it takes.`, {
      code: 'sql-login',
      hint: 'Set source.password.',
      cause: error,
    });
  return new TransientError(
    `${where}: ${reasons[code] ?? 'the connection was lost or never made'}${code && ` (${code})`}.`,
    {
      code: 'network',
      hint: 'Is source.url right, and can this machine reach it?',
      cause: error,
    },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed by the server',
  ENOENT: 'there is no such socket',
};

function serverError(code: string, cause: Error, where: string): RolodeskError {
  const kind = code.slice(0, 2);
  if (kind === '28')
    return new AuthError(`${where} refuses the login (${code}).`, {
      code: 'sql-login',
      hint: 'Check user and password of source, and whether the server lets them in from this machine.',
      cause,
    });
  if (code === '42501')
    return new AuthError(`${where}: the user may not read what the query asks for.`, {
      code: 'sql-rights',
      hint: `GRANT SELECT on the tables to it. The server says: ${cause.message}.`,
      cause,
    });
  if (code === '3D000')
    return new ConfigError(`${where}: there is no such database.`, {
      code: 'sql-query',
      hint: 'Check the end of source.url.',
      cause,
    });
  if (code === '25006')
    return new ConfigError('source.query would write, and may not.', {
      code: 'sql-query',
      hint: 'It must be one SELECT, of functions that only read.',
      cause,
    });
  // Errors of this class speak of the query: its names, not its values.
  if (kind === '42' || kind === '0A')
    return new ConfigError(`source.query: PostgreSQL refuses it (${code}): ${cause.message}.`, {
      code: 'sql-query',
      hint: 'Try the query with psql, inside SELECT * FROM ( … ) AS q.',
      cause,
    });
  if (code === '57014')
    return new TransientError(`${where} took longer for the query than source.statementTimeout, or ended it.`, {
      code: 'sql-timeout',
      hint: 'An index on the incremental column and the key helps most; or raise source.statementTimeout.',
      cause: withoutDetail(cause),
    });
  // Connections, resources, restarts, conflicts, the system below.
  if (['08', '40', '53', '55', '57', '58'].includes(kind))
    return new TransientError(`${where} is not available (${code}).`, {
      code: 'unavailable',
      hint: 'Run again later.',
      cause: withoutDetail(cause),
    });
  // Its words may quote a customer's value: they are not shown.
  return new ContractError(`${where}: the query fails on the data (${code}).`, {
    code: 'sql-data',
    hint: 'Run the query with psql: it says on which value. A cast or a division of the query is the usual cause.',
  });
}

function withoutDetail({ message }: Error): Error {
  return new Error(message);
}
