import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { FieldProblem } from '../people/users.ts';

/** How Zendesk words its refusals, and how its requests are read. */

export const notFound: TwinResponse = { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
export const forbidden: TwinResponse = {
  status: 403,
  body: { error: 'Forbidden', description: 'You do not have access to this page.' },
};
export const tooManyJobs: TwinResponse = {
  status: 429,
  body: { error: 'TooManyJobs', description: 'Too many jobs are currently queued or running. Try again later.' },
};

/** Of more than a hundred ids (recorded, with the two spaces). */
export const tooManyValues: TwinResponse = {
  status: 400,
  body: { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
};

export const zendeskFaults: Readonly<Record<string, TwinResponse>> = {
  // One row of many is enough for the whole request to be refused (recorded 2023).
  '400': {
    status: 400,
    body: {
      error: {
        title: 'Invalid attribute',
        message:
          'You passed an invalid value for the users.0.id attribute. Invalid parameter: users.0.id must be an integer from api/v2/users/create_many',
      },
    },
  },
  '404': notFound,
  // Of a long list of ids; the page is the web server's.
  '414': {
    status: 414,
    body: page('414 Request-URI Too Large', '414 Request-URI Too Large'),
    headers: { 'content-type': 'text/html' },
  },
  '413': { status: 413, body: 'Request Entity Too Large', headers: { 'content-type': 'text/plain' } },
  '422': {
    status: 422,
    body: {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { base: [{ description: 'This change is not possible for this record' }] },
    },
  },
  '429': { status: 429, body: { error: 'TooManyRequests', description: 'Rate limit exceeded' } },
  '429-text': {
    status: 429,
    body: 'Rate limit for updates exceeded, please wait before trying again',
    headers: { 'content-type': 'text/plain' },
  },
  '429-edge': {
    status: 429,
    body: { detail: 'Rate limited by Zendesk edge protection', status: '429', title: 'Automated response' },
  },
  '401': { status: 401, body: { error: "Couldn't authenticate you" } },
  '403': forbidden,
  '409': { status: 409, body: { error: 'Conflict' } },
  '503': { status: 503, body: { error: 'Maintenance' }, headers: { 'retry-after': '1' } },
  TooManyJobs: tooManyJobs,
  // The account as a whole (zendesk_api_client_rb#351): renamed, not paid for, closed, or not for this machine.
  moved: {
    status: 302,
    body: page('', 'You are being <a href="https://renamed.zendesk.com/">redirected</a>.'),
    headers: { 'content-type': 'text/html', location: 'https://renamed.zendesk.com/' },
  },
  '402': { status: 402, body: { error: 'Payment Required', description: 'The trial of this account has expired' } },
  closed: {
    status: 200,
    body: page('Help Center Closed', 'This help center is not available.'),
    headers: { 'content-type': 'text/html' },
  },
  suspended: {
    status: 403,
    body: { error: { title: 'Forbidden', message: 'This account has been suspended. Please contact its owner.' } },
  },
  'ip-restricted': {
    status: 403,
    body: { error: 'Forbidden', description: 'Access is restricted: this IP address is not allowed.' },
  },
  /** Of the token endpoint. */
  invalid_grant: { status: 400, body: { error: 'invalid_grant', error_description: 'The refresh token is invalid' } },
};

function page(title: string, text: string): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${text}</body></html>`;
}

export function invalid({ field, description, error }: FieldProblem): TwinResponse {
  const details = { [field]: [{ description, ...(error && { error }) }] };
  return { status: 422, body: { error: 'RecordInvalid', description: 'Record validation errors', details } };
}

export function warned(keys: readonly string[]): Readonly<Record<string, string>> {
  if (keys.length === 0) return {};
  return {
    'x-zendesk-api-warn': `{:allowed_parameters=>{:unpermitted_keys=>[${keys.map((key) => `"${key}"`).join(', ')}], :invalid_values=>[]}}`,
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Undefined for a body that can be read: JSON, or none. */
export function malformed({ body }: TwinRequest): TwinResponse | undefined {
  if (body === '' || parsedJson(body) !== undefined) return undefined;
  return { status: 400, body: { error: 'BadRequest', description: 'The body is not valid JSON' } };
}

export function objectOf({ body }: TwinRequest, name: string): Row {
  return asRow(asRow(parsedJson(body))[name]);
}

/** What is not an object in the list has nothing in it. */
export function rowsOf({ body }: TwinRequest, name = 'users'): readonly Row[] {
  const rows = asRow(parsedJson(body))[name];
  return Array.isArray(rows) ? rows.map(asRow) : [];
}

/** Undefined for what is not JSON. */
export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Whatever the parser says about it, `malformed` refuses it.
    return undefined;
  }
}

function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What a parameter lists, parted by commas. Undefined where it is not given. */
export function idsOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  return query
    .get(name)
    ?.split(',')
    .filter((id) => id !== '');
}
