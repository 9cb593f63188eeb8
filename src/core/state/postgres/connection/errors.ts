import { AuthError, RolodeskError, StateError, TransientError } from '../../../domain/errors.ts';
import { codeOf, type PostgresFailure, postgresFailure } from './failure.ts';

/** Raised by `assert_turn`, see the migrations. */
const turnLost = 'RD001';

/**
 * What a failure of the database that keeps the state asks for. The server's own words are not passed on: they may quote
 * a user, or a customer's value.
 */
export function databaseError(error: unknown, location: string): unknown {
  if (error instanceof RolodeskError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === turnLost) return turnLostError(location);
  return errorOf(postgresFailure(error), { code, where: `The state in ${location}` });
}

export function turnLostError(location: string): StateError {
  return new StateError(`The turn of this run in ${location} has passed to another worker.`, {
    code: 'lease-lost',
    hint: 'Nothing was written since. The other worker looks at what this run left open.',
  });
}

/** Nobody knows whose turn it is: the database has not answered for as long as a turn lasts without heartbeats. */
export function turnUnknownError(location: string, cause: unknown): StateError {
  return new StateError(`No heartbeat of this run reaches ${location}: another worker may have its turn by now.`, {
    code: 'lease-lost',
    hint: 'Nothing was written since. See that the database can be reached, and run again.',
    cause,
  });
}

function errorOf(
  failure: PostgresFailure,
  { code, where }: { readonly code: string; readonly where: string },
): RolodeskError {
  switch (failure.kind) {
    case 'identity':
    case 'no-encryption':
      return new AuthError(
        failure.kind === 'identity'
          ? `${where}: the server cannot prove who it is (${code || 'TLS'}).`
          : `${where}: the server does not encrypt connections.`,
        {
          code: 'state-tls',
          hint: 'Name its authority with sslrootcert in the URL. sslmode=require takes any certificate, sslmode=disable sends everything in the clear.',
        },
      );
    case 'login':
    case 'no-password':
      return new AuthError(`${where}: the server refuses the login${code && ` (${code})`}.`, {
        code: 'state-login',
        hint: 'Check user and password in the URL, with letters such as @, # and / escaped, and whether the server lets them in from this machine.',
      });
    case 'no-database':
      return new AuthError(`${where}: there is no such database.`, {
        code: 'state-login',
        hint: 'Create it, or check the end of the URL.',
      });
    case 'rights':
      return new AuthError(`${where}: the user may not do that (${code}).`, {
        code: 'state-rights',
        hint: 'The user must own the schema rolodesk, or be allowed to create it: GRANT CREATE ON DATABASE.',
      });
    case 'disk-full':
      return new StateError(`${where}: the server's disk is full.`, {
        hint: 'Make room and run again: nothing was lost.',
      });
    case 'connection':
      return new TransientError(`${where}: ${failure.reason}${code && ` (${code})`}.`, {
        code: 'network',
        hint: 'Is the URL right, and can this machine reach it? Nothing was lost: run again.',
      });
    case 'timeout':
    case 'unavailable':
      return new TransientError(`${where} is not available (${code}).`, {
        hint: 'Run again later: nothing was lost.',
      });
    case 'read-only':
      return new TransientError(`${where} can only be read: the server is a standby (${code}).`, {
        hint: 'Name the primary in the URL, or run again once this server is promoted.',
      });
    case 'statement':
    case 'data':
      return new StateError(`${where}: PostgreSQL refuses a statement (${code}).`, {
        hint: 'The tables may have been changed by something else. Restore them from a backup, or report this with the code.',
      });
    default:
      return failure satisfies never;
  }
}
