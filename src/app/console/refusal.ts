import { RolodeskError } from '../../core/domain/errors.ts';
import { hintOf } from '../hint.ts';
import type { Host } from '../host.ts';

/** Why a request is not answered as it asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(status: number, code: string, message: string, hint?: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const unknown = new Set(['unknown-key', 'unknown-run', 'no-user', 'no-plan', 'no-task', 'no-pipeline']);

/** The status and the words of an error. Of a bug no word of its own: it may hold anything. */
export function failureOf(
  error: unknown,
  { redactor, wordsFor }: Pick<Host, 'redactor' | 'wordsFor'>,
): Failure & { readonly status: number } {
  if (error instanceof Refusal) {
    const { status, code, message, hint } = error;
    return { status, code, message, ...(hint !== undefined && { hint }) };
  }
  if (!(error instanceof RolodeskError))
    return { status: 500, code: 'internal', message: 'An internal error. The log of the service says more.' };
  const hint = hintOf(error, wordsFor);
  return {
    status: statusOf(error),
    code: error.code,
    message: redactor.redact(error.message),
    ...(hint !== undefined && { hint: redactor.redact(hint) }),
  };
}

function statusOf({ code, exitCode }: RolodeskError): number {
  if (code === 'locked') return 409;
  if (unknown.has(code)) return 404;
  // As exit codes: what was asked for is wrong, the other side refuses or is down, our own state is.
  if (exitCode === 2) return 422;
  return exitCode === 6 || exitCode === 130 ? 503 : 502;
}
