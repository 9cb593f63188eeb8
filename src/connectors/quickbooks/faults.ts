import { z } from 'zod';
import { AuthError, ContractError, type RolodeskError, TransientError } from '../../core/errors.ts';
import { parseRetryAfter } from '../../core/http/retry-after.ts';
import type { HttpBody, HttpResponse } from '../../core/http/types.ts';
import { throttledMs } from './limits.ts';

/** What a fault says, from any of its spellings. */
export interface Fault {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

const upper = z.object({
  Fault: z.looseObject({
    Error: z.array(z.looseObject({ code: z.coerce.string().optional(), Message: z.string().optional() })),
    type: z.string().optional(),
  }),
});
const lower = z.object({
  fault: z.looseObject({
    error: z.array(z.looseObject({ code: z.coerce.string().optional(), message: z.string().optional() })),
    type: z.string().optional(),
  }),
});

/** A Fault in JSON of either case or in XML, whatever the HTTP status. */
export function readFault(body: HttpBody): Fault | undefined {
  if (body.kind === 'empty') return undefined;
  if (body.kind === 'text') return readXml(body.text);
  const big = upper.safeParse(body.value).data?.Fault;
  if (big) return faultOf(big.Error[0]?.code, big.type, big.Error[0]?.Message);
  const small = lower.safeParse(body.value).data?.fault;
  return small && faultOf(small.error[0]?.code, small.type, small.error[0]?.message);
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
export class PoisonedPageError extends ContractError {}

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
        hint: 'Check source.realmId: the refresh token belongs to another company. Connect this company: rolodesk connect quickbooks.',
      });
    case '130':
      return new AuthError(`${what}: the company is on the other environment.`, {
        code: 'quickbooks-wrong-environment',
        hint: 'Check source.environment: sandbox companies need "sandbox", all others "production".',
      });
    case '3100':
      return new AuthError(`${what}: the app may not read this company.`, {
        code: 'quickbooks-forbidden',
        hint: 'The app was disconnected, the user lost rights, or development keys meet a live company. Connect again as an admin of the company.',
      });
    case '3200':
      return new AuthError(`${what}: the access token was refused, also after it was renewed.`, {
        code: 'quickbooks-token',
        hint: 'Connect the company again: rolodesk connect quickbooks.',
      });
    case '7001':
      return new AuthError(`${what}: the company's QuickBooks subscription has lapsed.`, {
        code: 'quickbooks-lapsed',
        hint: 'The owner of the company must renew it.',
      });
    case '4002':
      return new PoisonedPageError(`${what}: QuickBooks trips over a record of the page.`, {
        code: 'quickbooks-poisoned',
        status,
      });
    default:
      return byTypeOrStatus(what, response, fault);
  }
}

function byTypeOrStatus(what: string, { status }: HttpResponse, fault: Fault | undefined): RolodeskError {
  if (fault && /validation/i.test(fault.type))
    return new ContractError(`${what}: the query was refused.`, { code: 'quickbooks-validation', status });
  if (!fault && status === 401)
    return new AuthError(`${what}: not authorized.`, {
      code: 'quickbooks-token',
      hint: 'Connect the company again: rolodesk connect quickbooks.',
    });
  if (!fault && (status === 403 || status === 404))
    return new AuthError(`${what}: refused.`, {
      code: 'quickbooks-forbidden',
      hint: 'Check source.realmId, source.environment and the rights of the app.',
    });
  return new TransientError(`${what}: the reply is no answer.`, { code: 'unavailable', status });
}
