import type { TwinReply } from '../kernel/server.ts';

/** The envelope of authorization faults, in lower case, with all that was recorded in it. `time` is in milliseconds. */
export function lowerFault(
  error: { readonly message: string; readonly detail: string; readonly code: string },
  { type, time }: { readonly type: string; readonly time: number },
): object {
  return {
    warnings: null,
    intuitObject: null,
    fault: { error: [{ ...error, element: null }], type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time,
    status: null,
    cdcresponse: [],
  };
}

/** The envelope of all other faults. `time` is ISO text. */
export function upperFault(
  error: { readonly Message: string; readonly Detail: string; readonly code: string },
  { type, time }: { readonly type: string; readonly time: string },
): object {
  return { Fault: { Error: [error], type }, time };
}

const authorized = { type: 'AUTHENTICATION', time: 0 };

/** How QuickBooks words its refusals, by the name of the fault. */
export const quickbooksFaults: Readonly<Record<string, TwinReply>> = {
  '429': {
    status: 429,
    headers: { 'content-type': 'application/xml' },
    body: '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse><Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message><Detail>The request limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>',
  },
  '130': {
    status: 401,
    body: lowerFault({ message: 'Accessing Wrong Cluster', detail: 'x', code: '130' }, authorized),
  },
  '3100': {
    status: 403,
    body: lowerFault(
      {
        message: 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
        detail: 'x',
        code: '3100',
      },
      { type: 'SERVICE', time: 0 },
    ),
  },
  /** The access token is not taken any more. */
  '3200': {
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="Intuit", error="invalid_token"' },
    body: lowerFault(
      {
        message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
        detail: 'Token expired',
        code: '3200',
      },
      authorized,
    ),
  },
  /** A failure inside a 200. */
  '10000': {
    status: 200,
    body: upperFault(
      { Message: 'An application error has occurred', Detail: 'x', code: '10000' },
      { type: 'SystemFault', time: '2026-01-31T10:00:00.776-08:00' },
    ),
  },
};
