import { RecordError, TransientError } from '../../../core/domain/errors.ts';
import type { HttpRequest, HttpResponse } from '../../../core/http/types.ts';
import { isOfTheAccount } from '../account/closed-account.ts';
import { redactDetails } from '../jobs/job-results.ts';
import type { Calls } from './calls.ts';
import { type RefusalWords, refusalOf } from './http.ts';

export type UserReply =
  | { readonly kind: 'done'; readonly response: HttpResponse }
  | ({ readonly kind: 'refused'; readonly status: number } & RefusalWords);

/** Zendesk refuses these for what is asked of one user: a right over it, the user itself, or a value. */
const ofOneUser: ReadonlySet<number> = new Set([400, 403, 404, 413, 422]);

/**
 * A call about one user, or about a thing of theirs such as an organization. What Zendesk refuses of it is that user's matter, unless it speaks of
 * the account as a whole; a conflict (409) that lasts through every repeat is the user's, too.
 */
export async function callForUser(call: Calls['call'], request: HttpRequest): Promise<UserReply> {
  // Who may not make one user may make none.
  const isNewUser = request.method === 'POST' && request.path === '/users';
  try {
    const accept = (response: HttpResponse): boolean =>
      ofOneUser.has(response.status) && !(isNewUser && response.status === 403) && !isOfTheAccount(response, request);
    const response = await call({ ...request, accept });
    if (response.status < 300) return { kind: 'done', response };
    return { kind: 'refused', status: response.status, ...refusalOf(response) };
  } catch (error) {
    const isConflict = error instanceof TransientError && error.status === 409 && request.idempotent;
    if (!isConflict || request.signal.aborted) throw error;
    return { kind: 'refused', status: 409, error: 'Conflict', details: '' };
  }
}

/** The response of a call that the rest of the user's write depends on. Throws RecordError where it is refused. */
export function assertDone(reply: UserReply, { method, path }: Pick<HttpRequest, 'method' | 'path'>): HttpResponse {
  if (reply.kind === 'done') return reply.response;
  const words = [reply.error, redactDetails(reply.details, {})].filter((text) => text !== '').join(': ');
  throw new RecordError(`Zendesk refused ${method} ${path} (${reply.status}): ${words}`, {
    code: 'refused',
    status: reply.status,
  });
}

/** What comes of work for one user, or of its refusal. Anything else that goes wrong is the run's. */
export async function unlessRefused<T>(work: () => Promise<T>, refused: (error: RecordError) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RecordError) return refused(error);
    throw error;
  }
}
