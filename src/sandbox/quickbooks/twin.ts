import { randomUUID } from 'node:crypto';
import type { Twin, TwinRequest, TwinResponse } from '../server/twin.ts';
import { createCompany } from './company.ts';
import { answerControl } from './control.ts';
import { customerFields, listFields, otherEntities, unqueryable } from './entities.ts';
import { faultResponse, lowerFault, quickbooksFaults, upperFault } from './faults.ts';
import { createLists } from './lists.ts';
import { oddResponses } from './odd-responses.ts';
import { parseQuery, type Query, QuerySyntaxError } from './query-parser.ts';
import { selectFrom } from './select.ts';
import { createTokens, quickbooksCredentials } from './tokens.ts';
import { createWebhooks } from './webhooks.ts';

export interface QuickBooksTwinOptions {
  readonly customers: number;
  readonly seed: number;
  readonly now: () => number;
  readonly tokenTtlSeconds: number;
  readonly country: string;
}

/** Of one reply of change data capture, and how far it looks back. */
const maxChanges = 1000;
const maxLookBackMs = 30 * 86_400_000;

/** QuickBooks Online in a box: one company, its token endpoint, and a count of writes that nobody should have tried. */
export function createQuickBooksTwin({ customers, seed, now, tokenTtlSeconds, country }: QuickBooksTwinOptions) {
  const webhooks = createWebhooks({ realmId: quickbooksCredentials.realmId, now });
  const company = createCompany({ customers, seed, now, onChange: webhooks.tell });
  const lists = createLists(Date.UTC(2024, 0, 1));
  const { realmId } = quickbooksCredentials;
  const tokens = createTokens(now, tokenTtlSeconds);
  const poisoned = new Set<string>();
  let writes = 0;
  let faultIn200: string | undefined;

  function handle(request: TwinRequest): TwinResponse {
    const ofTokens = tokens.handle(request);
    if (ofTokens) return ofTokens;
    const found = /^\/v3\/company\/(\d+)\/(\w+)(?:\/(.*))?$/.exec(request.path);
    if (!found) return { status: 404, body: 'Not found' };
    const [, realm = '', resource = '', id = ''] = found;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.isGood(bearer)) return expiredToken(bearer);
    if (realm !== realmId) return wrongRealm;
    if (/^companyinfo$/i.test(resource) && request.method === 'GET') return companyInfo();
    if (resource === 'cdc' && request.method === 'GET') return changes(request.query);
    if (resource === 'customer' && /^\d+$/.test(id) && request.method === 'GET') return customer(id);
    if (resource === 'query') return query(request.query.get('query') ?? request.body);
    if (request.method === 'GET') return unsupported(request.path);
    writes += 1;
    return validation('2010', 'The sandbox takes no writes', 'A connector that reads must not write');
  }

  /** A part for each entity that is asked for, in that order; of one without changes it is empty. */
  function changes(asked: URLSearchParams): TwinResponse {
    const since = Date.parse(asked.get('changedSince') ?? '');
    if (Number.isNaN(since) || now() - since > maxLookBackMs)
      return validation('4000', 'Error validating query', 'changedSince cannot be more than 30 days ago');
    const entities = (asked.get('entities') ?? '').split(',').map((name) => name.trim().toLowerCase());
    const unknown = entities.find((name) => name !== 'customer' && !otherEntities.has(name));
    if (unknown !== undefined)
      return validation('4000', 'Error validating query', `Unsupported entity in change data capture: ${unknown}`);
    const parts = entities.map((name) => (name === 'customer' ? changedCustomers(since) : {}));
    return answer({ CDCResponse: [{ QueryResponse: parts }] });
  }

  /** Tombstones come last, and bring a count of their own. */
  function changedCustomers(since: number): object {
    const { rows, tombstones } = company.changedSince(since);
    const all = [...rows, ...tombstones].slice(0, maxChanges);
    const counted = tombstones.length > 0 ? { totalCount: all.length } : {};
    return all.length === 0 ? {} : { Customer: all, startPosition: 1, maxResults: all.length, ...counted };
  }

  function customer(id: string): TwinResponse {
    const row = company.get(id);
    return row
      ? answer({ Customer: row })
      : validation(
          '610',
          'Object Not Found',
          'Object Not Found : Something you are trying to use has been made inactive.',
        );
  }

  function query(text: string): TwinResponse {
    if (faultIn200 !== undefined) {
      const error = { Message: 'An application error has occurred', Detail: 'x', code: faultIn200 };
      faultIn200 = undefined;
      return { status: 200, body: upperFault(error, { type: 'SystemFault', time: recordedTime(now()) }) };
    }
    try {
      return select(parseQuery(text));
    } catch (error) {
      if (error instanceof QuerySyntaxError) return validation('4000', 'Error parsing query', error.message);
      throw error;
    }
  }

  function select(parsed: Query): TwinResponse {
    const named = parsed.entity.toLowerCase();
    const [entity, list] = Object.entries(lists).find(([name]) => name.toLowerCase() === named) ?? ['Customer'];
    if (!list && named !== 'customer') {
      return otherEntities.has(named)
        ? answer({ QueryResponse: {} })
        : validation('4001', 'Invalid query', `QueryValidationError: invalid context declaration: ${parsed.entity}`);
    }
    const odd = unqueryable(parsed, list ? listFields : customerFields);
    if (odd !== undefined)
      return validation('4001', 'Invalid query', `QueryValidationError: property '${odd}' is not queryable`);
    const { rows, total } = list ? selectFrom(list, parsed) : company.select(parsed);
    if (parsed.isCount) return answer({ QueryResponse: { totalCount: total } });
    if (rows.some(({ Id }) => !list && poisoned.has(Id)))
      return validation('4002', 'Error processing query', 'Error processing query');
    const page = rows.length === 0 ? {} : { [entity]: rows, startPosition: parsed.start, maxResults: rows.length };
    return answer({ QueryResponse: page });
  }

  function answer(body: object): TwinResponse {
    return { status: 200, headers: tid(), body: { ...body, time: recordedTime(now()) } };
  }

  function validation(code: string, Message: string, Detail: string): TwinResponse {
    const body = upperFault({ Message, Detail, code }, { type: 'ValidationFault', time: recordedTime(now()) });
    return { status: 400, headers: tid(), body };
  }

  /** A path that there is not is refused with 400 (recorded). */
  function unsupported(path: string): TwinResponse {
    const detail = `Operation Could not find resource for relative : ${path} of full path: ${path} is not supported.`;
    return validation('500', 'Unsupported Operation', detail);
  }

  function companyInfo(): TwinResponse {
    const info = {
      CompanyName: 'Sandbox Company',
      LegalName: 'Sandbox Company',
      Country: country,
      Id: '1',
      SyncToken: '0',
    };
    return answer({ CompanyInfo: info });
  }

  function expiredToken(bearer: string): TwinResponse {
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
  }

  const control = {
    company,
    webhooks,
    poison: (id: string): void => {
      poisoned.add(id);
    },
    cure: (): void => poisoned.clear(),
    ...tokens.control,
    nextAnswersFault: (code: string): void => {
      faultIn200 = code;
    },
    state: () => ({ ...tokens.state(), writesAttempted: writes }),
  };

  const twin: Twin = {
    handle,
    fault: (kind, request) => oddResponses[kind]?.(request, handle) ?? faultResponse(kind, request),
    faultNames: [...Object.keys(quickbooksFaults), ...Object.keys(oddResponses)],
    control: (request) => answerControl(control, request),
  };
  return { twin, control };
}

const wrongRealm: TwinResponse = {
  status: 401,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse><Fault type="AuthenticationFault"><Error code="100"><Message>General Authentication Error</Message><Detail>SRV-110-Authentication Failure</Detail></Error></Fault></IntuitResponse>',
};

/** `2026-01-31T10:00:00.776-08:00`, as the replies have it. */
function recordedTime(ms: number): string {
  return `${new Date(ms - 8 * 3_600_000).toISOString().slice(0, 23)}-08:00`;
}

function tid(): Readonly<Record<string, string>> {
  return { intuit_tid: `1-${randomUUID()}` };
}
