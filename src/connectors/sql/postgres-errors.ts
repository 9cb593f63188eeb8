import { AuthError, ConfigError, ContractError, RolodeskError, TransientError } from '../../core/domain/errors.ts';
import { codeOf, postgresFailure } from '../../core/state/postgres/connection/failure.ts';

/** What a failure of the database asks for. */
export function postgresError(error: unknown, where: string): unknown {
  if (error instanceof RolodeskError || !(error instanceof Error)) return error;
  const failure = postgresFailure(error);
  const code = codeOf(error);
  switch (failure.kind) {
    case 'identity':
      return new ConfigError(`${where} cannot prove who it is (${code || 'TLS'}).`, {
        code: 'sql-tls',
        hint: 'Name its authority in source.ca. source.tls: encrypt takes any certificate.',
        cause: error,
      });
    case 'no-encryption':
      return new ConfigError(`${where} does not encrypt connections.`, {
        code: 'sql-tls',
        hint: 'Have it encrypt them. source.tls: off sends everything in the clear.',
        cause: error,
      });
    case 'no-password':
      return new AuthError(`${where} asks for a password, and source has none that it takes.`, {
        code: 'sql-login',
        hint: 'Set source.password.',
        cause: error,
      });
    case 'connection':
      return new TransientError(`${where}: ${failure.reason}${code && ` (${code})`}.`, {
        code: 'network',
        hint: 'Is source.url right, and can this machine reach it?',
        cause: error,
      });
    default:
      return serverError(failure.kind, { code, cause: error, where });
  }
}

function serverError(
  kind: Exclude<
    ReturnType<typeof postgresFailure>['kind'],
    'identity' | 'no-encryption' | 'no-password' | 'connection'
  >,
  { code, cause, where }: { readonly code: string; readonly cause: Error; readonly where: string },
): RolodeskError {
  switch (kind) {
    case 'login':
      return new AuthError(`${where} refuses the login (${code}).`, {
        code: 'sql-login',
        hint: 'Check user and password of source, and whether the server lets them in from this machine.',
        cause,
      });
    case 'rights':
      return new AuthError(`${where}: the user may not read what the query asks for.`, {
        code: 'sql-rights',
        hint: `GRANT SELECT on the tables to it. The server says: ${cause.message}.`,
        cause,
      });
    case 'no-database':
      return new ConfigError(`${where}: there is no such database.`, {
        code: 'sql-query',
        hint: 'Check the end of source.url.',
        cause,
      });
    case 'read-only':
      return new ConfigError('source.query would write, and may not.', {
        code: 'sql-query',
        hint: 'It must be one SELECT, of functions that only read.',
        cause,
      });
    case 'statement':
      // Errors of this class speak of the query: its names, not its values.
      return new ConfigError(`source.query: PostgreSQL refuses it (${code}): ${cause.message}.`, {
        code: 'sql-query',
        hint: 'Try the query with psql, inside SELECT * FROM ( … ) AS q.',
        cause,
      });
    case 'timeout':
      return new TransientError(`${where} took longer for the query than source.statementTimeout, or ended it.`, {
        code: 'sql-timeout',
        hint: 'An index on the incremental column and the key helps most; or raise source.statementTimeout.',
        cause: withoutDetail(cause),
      });
    case 'unavailable':
    case 'disk-full':
      return new TransientError(`${where} is not available (${code}).`, {
        code: 'unavailable',
        hint: 'Run again later.',
        cause: withoutDetail(cause),
      });
    case 'data':
      // Its words may quote a customer's value: they are not shown.
      return new ContractError(`${where}: the query fails on the data (${code}).`, {
        code: 'sql-data',
        hint: 'Run the query with psql: it says on which value. A cast or a division of the query is the usual cause.',
      });
    default:
      return kind satisfies never;
  }
}

function withoutDetail({ message }: Error): Error {
  return new Error(message);
}
