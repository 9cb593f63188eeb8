import { z } from 'zod';
import { AuthError, ContractError, type RolodeskError, TransientError } from '../../core/domain/errors.ts';
import { parseRetryAfter } from '../../core/http/retry-after.ts';
import type { HttpBody, HttpResponse } from '../../core/http/types.ts';
import { throttledMs } from './limits.ts';

/** What a fault says, from any of its spellings. */
export interface Fault {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

const text = z.coerce.string().optional().catch(undefined);
const part = z.looseObject({ code: text, Message: text, message: text }).optional().catch(undefined);
const parts = z.union([z.array(part), part.transform((one) => [one])]).catch([]);
const faultShape = z.looseObject({ Error: parts.optional(), error: parts.optional(), type: text });

/** What replies wrap their parts in. Rows are never looked into. */
const envelopes: ReadonlySet<string> = new Set(['intuitresponse', 'queryresponse', 'cdcresponse', 'batchitemresponse']);

/** A Fault in JSON of either case or in XML, whatever the HTTP status and wherever in the reply. */
export function readFault(body: HttpBody): Fault | undefined {
  if (body.kind === 'empty') return undefined;
  if (body.kind === 'text') return readXml(body.text);
  const found = faultIn(body.value);
  if (found === undefined) return undefined;
  // One of an unknown shape is a fault all the same.
  const { Error: upper, error: lower, type } = faultShape.safeParse(found).data ?? {};
  const [first] = upper ?? lower ?? [];
  return faultOf(first?.code, type, first?.Message ?? first?.message);
}

function faultIn(value: unknown): unknown {
  if (Array.isArray(value)) return firstFault(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  const own = entries.find(([name, inner]) => name.toLowerCase() === 'fault' && inner !== null);
  if (own) return own[1];
  return firstFault(entries.flatMap(([name, inner]) => (envelopes.has(name.toLowerCase()) ? [inner] : [])));
}

function firstFault(values: readonly unknown[]): unknown {
  for (const value of values) {
    const found = faultIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readXml(text: string): Fault | undefined {
  if (!/<Fault\b/.test(text)) return undefined;
  return faultOf(
    /<Error\b[^>]*\bcode="(\d+)"/.exec(text)?.[1],
    /<Fault\b[^>]*\btype="([^"]*)"/.exec(text)?.[1],
    /<Message>([^<]*)<\/Message>/.exec(text)?.[1],
  );
}

function faultOf(code: string | undefined, type = '', message = ''): Fault {
  const inText = /errorCode=0*(\d+)/.exec(message)?.[1];
  return { code: String(Number.parseInt(code ?? inText ?? '0', 10)), type, message };
}

/** The access token is no longer taken: renew it once. */
export function isExpiredToken({ status }: HttpResponse, fault: Fault | undefined): boolean {
  return fault ? fault.code === '3200' : status === 401;
}

/** A row of the company's data that the query itself trips over. */
export class UnreadablePageError extends ContractError {}

/**
 * What went wrong, by the fault's code and type before the HTTP status. Never with the fault's own text: detail of 3200
 * echoes the token, and others quote customers.
 */
export function errorOf(response: HttpResponse, fault: Fault | undefined, nowMs: number): RolodeskError {
  const { status, headers } = response;
  const tid = headers.intuit_tid === undefined ? '' : ` (intuit_tid ${headers.intuit_tid})`;
  const what = `QuickBooks query: ${fault ? `fault ${fault.code} ${fault.type}` : ''} HTTP ${status}${tid}`.replaceAll(
    /\s+/g,
    ' ',
  );
  if (status === 429 || fault?.code === '3001' || /ThrottleExceeded/i.test(fault?.message ?? '')) {
    const retryAfterMs = parseRetryAfter(headers, nowMs) ?? throttledMs;
    return new TransientError(`${what}: the request limit was reached.`, {
      code: 'throttled',
      throttled: true,
      effect: 'not-sent',
      status,
      retryAfterMs,
    });
  }
  switch (fault?.code) {
    case '100':
      return new AuthError(`${what}: the token is not for this company.`, {
        code: 'quickbooks-wrong-realm',
        hint: 'Check source.realmId: the refresh token belongs to another company. Connect this company.',
        remedy: { kind: 'connect', system: 'quickbooks' },
      });
    case '130':
      return new AuthError(`${what}: the company is on the other environment.`, {
        code: 'quickbooks-wrong-environment',
        hint: 'Check source.environment: sandbox companies need "sandbox", all others "production".',
      });
    case '120':
    case '5020':
      // With a server's error it is passing (reference: learnt since).
      if (status >= 500) return byTypeOrStatus(what, response, fault);
      return new AuthError(`${what}: the person who connected the company may not read it any more.`, {
        code: 'quickbooks-forbidden',
        hint: 'Connect again as an admin of the company.',
        remedy: { kind: 'connect', system: 'quickbooks' },
      });
    case '3100':
      return new AuthError(`${what}: the app may not read this company.`, {
        code: 'quickbooks-forbidden',
        hint: 'The app was disconnected, the user lost rights, or development keys meet a live company. Connect again as an admin of the company.',
      });
    case '3200':
      return new AuthError(`${what}: the access token was refused, also after it was renewed.`, {
        code: 'quickbooks-token',
        hint: 'Connect the company again.',
        remedy: { kind: 'connect', system: 'quickbooks' },
      });
    case '6190':
    case '7001':
      return new AuthError(`${what}: the company's QuickBooks trial or subscription has lapsed.`, {
        code: 'quickbooks-lapsed',
        hint: 'The owner of the company must renew it.',
      });
    case '4002':
      return new UnreadablePageError(`${what}: QuickBooks trips over a record of the page.`, {
        code: 'quickbooks-poisoned',
        status,
      });
    default:
      return byTypeOrStatus(what, response, fault);
  }
}

function byTypeOrStatus(what: string, { status }: HttpResponse, fault: Fault | undefined): RolodeskError {
  if ((fault && /validation/i.test(fault.type)) || status === 413 || status === 414)
    return new ContractError(`${what}: the query was refused.`, { code: 'quickbooks-validation', status });
  if (!fault && status === 401)
    return new AuthError(`${what}: not authorized.`, {
      code: 'quickbooks-token',
      hint: 'Connect the company again.',
      remedy: { kind: 'connect', system: 'quickbooks' },
    });
  if (status === 401 || status === 403 || (!fault && status === 404))
    return new AuthError(`${what}: refused.`, {
      code: 'quickbooks-forbidden',
      hint: 'Check source.realmId, source.environment and the rights of the app.',
    });
  return new TransientError(`${what}: the response is neither an answer nor a fault.`, { code: 'unavailable', status });
}
