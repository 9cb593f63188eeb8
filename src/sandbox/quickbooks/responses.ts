import { randomUUID } from 'node:crypto';
import type { TwinResponse } from '../server/twin.ts';
import { lowerFault, upperFault } from './faults.ts';

/** How the company's API answers: results, and refusals of what was asked. */
export function createResponses(now: () => number) {
  /** `2026-01-31T10:00:00.776-08:00`, as the responses have it. */
  const time = (): string => `${new Date(now() - 8 * 3_600_000).toISOString().slice(0, 23)}-08:00`;

  function validation(code: string, Message: string, Detail: string): TwinResponse {
    const body = upperFault({ Message, Detail, code }, { type: 'ValidationFault', time: time() });
    return { status: 400, headers: tid(), body };
  }

  return {
    answer: (body: object): TwinResponse => ({ status: 200, headers: tid(), body: { ...body, time: time() } }),
    validation,
    /** A failure inside a 200. */
    failure: (code: string): TwinResponse => {
      const error = { Message: 'An application error has occurred', Detail: 'x', code };
      return { status: 200, body: upperFault(error, { type: 'SystemFault', time: time() }) };
    },
    /** A path that there is not is refused with 400 (recorded). */
    unsupported(path: string): TwinResponse {
      const detail = `Operation Could not find resource for relative : ${path} of full path: ${path} is not supported.`;
      return validation('500', 'Unsupported Operation', detail);
    },
    expiredToken(bearer: string): TwinResponse {
      const error = {
        message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
        detail: `Token expired: ${bearer}`,
        code: '3200',
      };
      return {
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="Intuit", error="invalid_token"' },
        body: lowerFault(error, { type: 'AUTHENTICATION', time: now() }),
      };
    },
  };
}

export type Responses = ReturnType<typeof createResponses>;

export const wrongRealm: TwinResponse = {
  status: 401,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse><Fault type="AuthenticationFault"><Error code="100"><Message>General Authentication Error</Message><Detail>SRV-110-Authentication Failure</Detail></Error></Fault></IntuitResponse>',
};

function tid(): Readonly<Record<string, string>> {
  return { intuit_tid: `1-${randomUUID()}` };
}
