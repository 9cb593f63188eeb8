import { defined } from '../defined.ts';
import { AuthError, ContractError, RolodeskError, type Side, TransientError } from '../domain/errors.ts';
import type { RunReport } from '../domain/run/run-report.ts';

/** An error as reports and logs hold it. Of a bug no word of its own: it may hold anything. */
export function describeError(error: unknown): NonNullable<RunReport['error']> {
  if (!(error instanceof RolodeskError))
    return { code: 'bug', message: 'An internal error ended the run.', exitCode: 70 };
  const { code, message, hint, remedy, exitCode } = error;
  const side = sideOf(error);
  return {
    code,
    message,
    exitCode,
    ...defined({ hint, remedy, side }),
  };
}

/** Errors of the source are marked where it is called; any other response is the destination's. */
function sideOf(error: RolodeskError): Side | undefined {
  const isAnswer = error instanceof AuthError || error instanceof TransientError || error instanceof ContractError;
  return error.side ?? (isAnswer ? 'destination' : undefined);
}
