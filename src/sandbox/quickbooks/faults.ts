import type { TwinRequest, TwinResponse } from '../server/twin.ts';

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

export const deadGrant = { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' };
const authorized = { type: 'AUTHENTICATION', time: 0 };
const recordedAt = '2026-01-31T10:00:00.776-08:00';

/** An authorization fault as the gateway words it: in XML, whatever the request accepts. */
function xmlFault(
  status: number,
  { type, code, message, detail }: Readonly<Record<'type' | 'code' | 'message' | 'detail', string>>,
): TwinResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse time="${recordedAt}"><Fault type="${type}"><Error code="${code}"><Message>${message}</Message><Detail>${detail}</Detail></Error></Fault></IntuitResponse>`,
  };
}

const noAccess = {
  type: 'AuthorizatonFault',
  code: '120',
  message: 'Authorization Failure',
  detail: 'AuthorizationFailure: --11014-You do not have access to use QuickBooks Online.',
};

const failure = { Message: 'An application error has occurred', Detail: 'System Failure Error', code: '10000' };

/** How QuickBooks words its refusals, by the name of the fault. */
export const quickbooksFaults: Readonly<Record<string, TwinResponse | ((request: TwinRequest) => TwinResponse)>> = {
  '429': xmlFault(429, {
    type: 'SERVICE',
    code: '3001',
    message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
    detail: 'The request limit was reached.  Try again later',
  }),
  /** The person who connected the company has no access to it any more (the type is spelt so). */
  '120': xmlFault(401, noAccess),
  /** The same code with this status is passing. */
  '120-500': xmlFault(500, noAccess),
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
  /** The access token is not accepted any more. */
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
  /** Of the token endpoint: the refresh token is spent, expired or revoked. */
  invalid_grant: { status: 400, body: deadGrant },
  '5020': {
    status: 400,
    body: upperFault(
      { Message: 'Permission Denied Error', Detail: 'Permission Denied Error', code: '5020' },
      { type: 'ValidationFault', time: recordedAt },
    ),
  },
  /** Trial or subscription over: it came with 200 and with 400. */
  '6190': {
    status: 200,
    body: upperFault(
      {
        Message: 'Invalid Company Status',
        Detail: 'Subscription period has ended or canceled or there was a billing problem',
        code: '6190',
      },
      { type: 'ValidationFault', time: recordedAt },
    ),
  },
  /** The app may not use this grant: what a token endpoint says. */
  unauthorized_client: { status: 400, body: { error: 'unauthorized_client' } },
  /** A failure inside a 200. */
  '10000': { status: 200, body: upperFault(failure, { type: 'SystemFault', time: recordedAt }) },
  /** A list of ids that is refused as a whole. */
  '4000': {
    status: 400,
    body: upperFault(
      { Message: 'Error parsing query', Detail: 'QueryParserError: Encountered an odd id', code: '4000' },
      { type: 'ValidationFault', time: recordedAt },
    ),
  },
  /** The same, where the rows would be. */
  '10000-inside': ({ path }) => {
    const fault = { Fault: { Error: [failure], type: 'SystemFault' } };
    const body = path.endsWith('/cdc') ? { CDCResponse: [fault] } : { QueryResponse: fault };
    return { status: 200, body: { ...body, time: recordedAt } };
  },
  /** The same, in the part of one entity. */
  '10000-part': {
    status: 200,
    body: {
      CDCResponse: [{ QueryResponse: [{ Fault: { Error: [failure], type: 'SystemFault' } }] }],
      time: recordedAt,
    },
  },
};

export function faultResponse(kind: string, request: TwinRequest): TwinResponse {
  const fault = quickbooksFaults[kind] ?? { status: Number(kind) || 500, body: 'Sandbox fault' };
  return typeof fault === 'function' ? fault(request) : fault;
}
