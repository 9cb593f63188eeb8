import type { TwinResponse } from '../../server/twin.ts';
import { forbidden, notFound, tooManyJobs } from './responses.ts';

/** How Zendesk words its faults, by the name of the fault. */
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
