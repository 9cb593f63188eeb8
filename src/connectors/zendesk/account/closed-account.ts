import { AuthError } from '../../../core/domain/errors.ts';
import { describeRefusal, describeRequest } from '../../../core/http/classify.ts';
import { errorWords, isPage } from '../../../core/http/error-words.ts';
import type { HttpRequest, HttpResponse } from '../../../core/http/types.ts';
import type { Block } from '../config.ts';

interface Place {
  readonly origin: string;
  readonly block: Block;
}

const redirects = new Set([301, 302, 303, 307, 308]);
/** A proxy says these of one request, on a page of its own. */
const tooLarge = new Set([413, 414]);

/**
 * Replies that say that the account itself is not to be had under this address or from here, whatever was asked for: a
 * person must act. Undefined for any other reply, also for a page of an overloaded server, which passes.
 */
export function closedAccount(response: HttpResponse, request: HttpRequest, place: Place): AuthError | undefined {
  const { status, body } = response;
  if (redirects.has(status)) return moved(response, request, place);
  if (status === 402) return inactive(response, request, place);
  if (status === 404 && body.kind === 'empty') return noAccount(place);
  if (tooLarge.has(status)) return undefined;
  if (status < 500 && status !== 429 && body.kind === 'text' && isPage(body.text)) {
    return status === 401 || status === 403 ? forbidden(response, request, place) : page(response, request, place);
  }
  return status === 401 || status === 403 ? forbidden(response, request, place) : undefined;
}

/** Whether a refusal speaks of the account as a whole, and not of what was asked for. A bare 404 may be either's. */
export function isOfTheAccount(response: HttpResponse, request: HttpRequest): boolean {
  if (response.status === 404 && response.body.kind === 'empty') return false;
  return closedAccount(response, request, { origin: '', block: 'destination' }) !== undefined;
}

function noAccount({ origin, block }: Place): AuthError {
  const hint = `Check ${block}.subdomain.`;
  return new AuthError(`There is no Zendesk account at ${origin}.`, { code: 'zendesk-subdomain', hint });
}

/** A renamed subdomain sends everybody on to its new name. The request is never sent there: it carries credentials. */
function moved({ headers, status }: HttpResponse, request: HttpRequest, { origin, block }: Place): AuthError {
  const location = headers.location ?? '';
  const to = URL.canParse(location, origin) ? new URL(location, origin).origin : undefined;
  const subdomain = /^https:\/\/([a-z0-9][a-z0-9-]*)\.zendesk\.com$/.exec(to ?? '')?.[1];
  const what = describeRequest('Zendesk', request);
  if (to === undefined || to === origin)
    return new AuthError(`${what}: ${origin} redirects to another page (${status}) instead of answering.`, {
      code: 'zendesk-redirect',
      hint: `Open ${origin} in a browser: is the account active, and is ${block}.subdomain its own name?`,
    });
  return new AuthError(`${what}: the Zendesk account at ${origin} has moved to ${to} (${status}).`, {
    code: 'zendesk-moved',
    hint:
      subdomain === undefined
        ? `Set ${block}.subdomain to the part of the account's address before .zendesk.com.`
        : `If that is your account, set ${block}.subdomain: ${subdomain}.`,
  });
}

function inactive(response: HttpResponse, request: HttpRequest, { origin }: Place): AuthError {
  return new AuthError(`${describeRefusal('Zendesk', request, response)}.`, {
    code: 'zendesk-inactive',
    hint: `The subscription or trial of ${origin} has ended, or its plan lacks the API. The account owner must renew it.`,
  });
}

function page(response: HttpResponse, request: HttpRequest, { origin, block }: Place): AuthError {
  const words = errorWords(response.body, request);
  const shown = words === undefined ? '' : ` ("${words}")`;
  return new AuthError(
    `${describeRequest('Zendesk', request)}: ${origin} answers with a web page${shown} instead of data (${response.status}).`,
    {
      code: 'zendesk-page',
      hint: `Open ${origin} in a browser: the account may be closed, suspended or under maintenance, or ${block}.subdomain may be another's.`,
    },
  );
}

const ipWords = /\bIP\b.*(?:restrict|allow|block|permit|whitelist)|(?:restrict|allow|block|permit|whitelist).*\bIP\b/i;
const suspendedWords = /suspended|deactivated|account (?:is )?(?:closed|cancelled|canceled|inactive|expired)/i;

/** Zendesk documents no codes for these: its words are read for a better hint, and are shown in any case. */
function forbidden(response: HttpResponse, request: HttpRequest, { origin, block }: Place): AuthError | undefined {
  const words = errorWords(response.body, request) ?? '';
  const message = `${describeRefusal('Zendesk', request, response)}.`;
  if (ipWords.test(words))
    return new AuthError(message, {
      code: 'zendesk-ip-restricted',
      hint: `${origin} takes requests from listed IP addresses only. Add this machine's address to the IP restrictions in Admin Center > Account > Security.`,
    });
  if (!suspendedWords.test(words)) return undefined;
  return new AuthError(message, {
    code: 'zendesk-suspended',
    hint: `The account ${origin}, or the user that ${block}.auth belongs to, is suspended. The account owner can lift that.`,
  });
}
