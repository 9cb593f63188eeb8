import type { Twin, TwinRequest, TwinResponse } from '../server/twin.ts';
import { createChangeDataCapture } from './change-data-capture.ts';
import { createCompany } from './company.ts';
import { answerControl } from './control-endpoint.ts';
import { quickbooksCredentials } from './credentials.ts';
import { faultResponse, quickbooksFaults } from './faults.ts';
import { createMoneyControl } from './money/control.ts';
import { presented } from './money/custom-fields.ts';
import { oddResponses } from './odd-responses.ts';
import { createQueryEndpoint } from './query-endpoint.ts';
import { createResponses, wrongRealm } from './responses.ts';
import { createTokens } from './tokens.ts';
import { createWebhooks } from './webhooks.ts';

export interface QuickBooksTwinOptions {
  readonly customers: number;
  readonly seed: number;
  readonly now: () => number;
  readonly tokenTtlSeconds: number;
  readonly country: string;
  readonly invoices: number;
  readonly payments: number;
  /** Of the company, as `companyinfo` has it. Absent: it has none. */
  readonly timeZone: string | undefined;
}

/** QuickBooks Online in a box: one company, its token endpoint, and a count of writes that nobody should have tried. */
export function createQuickBooksTwin(options: QuickBooksTwinOptions) {
  const { now, tokenTtlSeconds } = options;
  const { realmId } = quickbooksCredentials;
  const webhooks = createWebhooks({ realmId, now });
  const company = createCompany({ ...options, onChange: webhooks.notify });
  const tokens = createTokens(now, tokenTtlSeconds);
  const responses = createResponses(now);
  const { answer, validation } = responses;
  const queries = createQueryEndpoint(company, responses);
  const changes = createChangeDataCapture({ company, now, responses });
  let writes = 0;

  function handle(request: TwinRequest): TwinResponse {
    const ofTokens = tokens.handle(request);
    if (ofTokens) return ofTokens;
    const found = /^\/v3\/company\/(\d+)\/(\w+)(?:\/(.*))?$/.exec(request.path);
    if (!found) return { status: 404, body: 'Not found' };
    const [, realm = '', resource = '', id = ''] = found;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.isGood(bearer)) return responses.expiredToken(bearer);
    return realm === realmId ? ofCompany(request, resource, id) : wrongRealm;
  }

  function ofCompany(request: TwinRequest, resource: string, id: string): TwinResponse {
    if (resource === 'query')
      return queries.query(request.query.get('query') ?? request.body, request.query.get('include'));
    if (request.method !== 'GET') {
      writes += 1;
      return validation('2010', 'The sandbox takes no writes', 'A connector that reads must not write');
    }
    if (/^companyinfo$/i.test(resource)) return answer({ CompanyInfo: companyInfo(options) });
    if (resource === 'cdc') return changes(request.query);
    if (resource === 'customer' && /^\d+$/.test(id)) return customer(id, request.query.get('include'));
    return responses.unsupported(request.path);
  }

  function customer(id: string, include: string | null): TwinResponse {
    const row = company.get(id);
    if (row) return answer({ Customer: presented(row, include) });
    const detail = 'Object Not Found : Something you are trying to use has been made inactive.';
    return validation('610', 'Object Not Found', detail);
  }

  const control = {
    company,
    money: createMoneyControl(company),
    webhooks,
    ...queries.control,
    ...tokens.control,
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

function companyInfo({ country, timeZone }: Pick<QuickBooksTwinOptions, 'country' | 'timeZone'>): object {
  const CompanyName = 'Sandbox Company';
  return {
    CompanyName,
    LegalName: CompanyName,
    Country: country,
    ...(timeZone !== undefined && { DefaultTimeZone: timeZone }),
    Id: '1',
    SyncToken: '0',
  };
}
