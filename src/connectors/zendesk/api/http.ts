import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import { type RolodeskError, TransientError } from '../../../core/domain/errors.ts';
import { errorForStatus } from '../../../core/http/classify.ts';
import type { HttpRequest, HttpResponse } from '../../../core/http/types.ts';
import { closedAccount } from '../account/closed-account.ts';
import type { Block } from '../config.ts';
import { errorBody, titledError } from './api-schemas.ts';

/** Zendesk's own reading of an error response, where the general table does not do. */
export function classifyZendesk({
  clock,
  origin,
  block,
}: {
  readonly clock: Clock;
  readonly origin: string;
  readonly block: Block;
}) {
  return (response: HttpResponse, request: HttpRequest): RolodeskError | undefined => {
    const closed = closedAccount(response, request, { origin, block });
    if (closed) return closed;
    if (response.status !== 429) return undefined;
    const general = errorForStatus('Zendesk', request, response, clock.now());
    if (!(general instanceof TransientError) || general.retryAfterMs !== undefined) return general;
    const reset = Number.parseInt(
      response.headers['ratelimit-reset'] ?? response.headers['rate-limit-reset'] ?? '',
      10,
    );
    if (Number.isNaN(reset)) return general;
    return new TransientError(general.message, {
      code: general.code,
      throttled: true,
      effect: 'not-sent',
      status: 429,
      retryAfterMs: reset * 1000,
    });
  };
}

/** A token that has expired or was revoked is answered with a 401, but not here: 200, and an anonymous user (recorded). */
export function isAnonymous({ status, body }: HttpResponse, { path }: Pick<HttpRequest, 'path'>): boolean {
  if (path !== '/api/v2/users/me' || status !== 200 || body.kind !== 'json') return false;
  const { user } = anyone.safeParse(body.value).data ?? {};
  return user?.id === null;
}

const anyone = z.looseObject({ user: z.looseObject({ id: z.unknown() }) });

/** Too many jobs is not the minute's budget: it must not pause the account. */
export function isTooManyJobs({ status, body }: HttpResponse): boolean {
  if (status !== 429) return false;
  const text = body.kind === 'json' ? JSON.stringify(body.value) : body.kind === 'text' ? body.text : '';
  return /TooManyJobs|too many jobs/i.test(text);
}

/** Zendesk's own words for what it rejects. */
export interface RefusalWords {
  readonly error: string;
  /** Free text in the calling user's language; JSON where it was an array or an object by field. */
  readonly details: string;
}

/** The error itself may be an object with a title and a message (recorded). */
export function refusalOf({ status, body: reply }: HttpResponse): RefusalWords {
  const body = errorBody.safeParse(reply.kind === 'json' ? reply.value : undefined).data ?? {};
  const titled = titledError.safeParse(body.error).data;
  const error = typeof body.error === 'string' ? body.error : (titled?.title ?? `http-${status}`);
  const details = body.details ?? body.description ?? titled?.message ?? '';
  return { error, details: typeof details === 'string' ? details : JSON.stringify(details) };
}
