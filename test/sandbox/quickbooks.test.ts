import { expect, test } from 'vitest';
import { quickbooksCredentials } from '../../src/sandbox/index.ts';
import { startTwins } from '../kit/twins/twins.ts';

/** The QuickBooks twin against what was recorded and documented. Shapes are written down here by hand. */

const all = 'Active IN (true, false)';
const ids = (body: { QueryResponse: { Customer?: { Id: string }[] } }): string[] =>
  (body.QueryResponse.Customer ?? []).map(({ Id }) => Id);

test('rows, a count and nothing at all come in three shapes', async () => {
  const { query } = await startTwins({ customers: 3 });
  const rows = (await query(`select * from Customer where ${all} orderby Id`)).body;
  expect(Object.keys(rows).sort()).toEqual(['QueryResponse', 'time']);
  expect(rows.QueryResponse).toMatchObject({ startPosition: 1, maxResults: 3 });
  expect(rows.QueryResponse).not.toHaveProperty('totalCount');
  expect(rows.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00$/);
  expect((await query(`SELECT COUNT(*) FROM Customer WHERE ${all}`)).body.QueryResponse).toEqual({ totalCount: 3 });
  expect((await query(`select * from Customer where Id = '99' and ${all}`)).body.QueryResponse).toEqual({});
});

test('a customer has what was recorded of one: ids and tokens as text, numbers as numbers, absent and not null', async () => {
  const { query } = await startTwins({ customers: 200 });
  const { Customer } = (await query(`select * from Customer where ${all} orderby Id maxresults 1000`)).body
    .QueryResponse;
  for (const row of Customer) {
    expect(row).toMatchObject({
      Id: expect.stringMatching(/^\d+$/),
      SyncToken: expect.stringMatching(/^\d+$/),
      domain: 'QBO',
      sparse: false,
      Active: expect.any(Boolean),
      Balance: expect.any(Number),
      DisplayName: expect.any(String),
      FullyQualifiedName: expect.any(String),
      MetaData: {
        CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00$/),
        LastUpdatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00$/),
      },
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
    });
    expect(JSON.stringify(row)).not.toContain('null');
    if (row.ParentRef) expect(row).toMatchObject({ Job: true, Level: 1, ParentRef: { value: expect.any(String) } });
    if (row.ParentRef) expect(Object.keys(row.ParentRef)).toEqual(['value']);
    if (row.CustomerTypeRef) expect(Object.keys(row.CustomerTypeRef)).toEqual(['value']);
    if (!row.Active) expect(row.DisplayName).toMatch(/ \(deleted\)$/);
  }
  const nameOf = new Map(
    Customer.map((row: { Id: string; FullyQualifiedName: string }) => [row.Id, row.FullyQualifiedName]),
  );
  for (const { ParentRef, FullyQualifiedName, DisplayName } of Customer)
    expect(FullyQualifiedName).toBe(ParentRef ? `${nameOf.get(ParentRef.value)}:${DisplayName}` : DisplayName);
});

test('a query that says nothing of it gives a hundred rows, active ones only, by full name without case', async () => {
  const { box, query } = await startTwins({ customers: 0 });
  for (let id = 1; id <= 130; id += 1)
    box.quickbooks.company.upsert({ Id: String(id), DisplayName: `${id % 2 === 0 ? 'b' : 'A'}${String(1000 - id)}` });
  box.quickbooks.company.deactivate('7');
  const { QueryResponse } = (await query('select * from Customer')).body;
  expect(QueryResponse).toMatchObject({ startPosition: 1, maxResults: 100 });
  const names = QueryResponse.Customer.map(
    ({ FullyQualifiedName }: { FullyQualifiedName: string }) => FullyQualifiedName,
  );
  expect(names).toEqual([...names].sort((a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  expect(names[0]).toMatch(/^A/);
  expect(names.at(-1)).toMatch(/^b/);
  expect(ids({ QueryResponse })).not.toContain('7');
  expect((await query('select count(*) from Customer')).body.QueryResponse.totalCount).toBe(129);
  expect((await query(`select count(*) from customer where ${all}`)).body.QueryResponse.totalCount).toBe(130);
});

test('pages begin at 1 and hold no more than a thousand rows, whatever is asked for', async () => {
  const { box, query } = await startTwins({ customers: 2_500 });
  box.quickbooks.company.remove('3');
  box.quickbooks.company.upsert({ Id: '9000', DisplayName: 'Later' });
  const page = async (start: number, order = 'STARTPOSITION $ MAXRESULTS 5000') =>
    ids((await query(`SELECT * FROM Customer WHERE ${all} ORDER BY Id ASC ${order.replace('$', String(start))}`)).body);
  const first = await page(1);
  expect(first).toHaveLength(1000);
  expect(first.slice(0, 3)).toEqual(['1', '2', '4']);
  expect((await page(1001))[0]).toBe('1002');
  const last = await page(2001, 'MAXRESULTS 1000 STARTPOSITION $');
  expect(last.at(-1)).toBe('9000');
  expect(new Set([...first, ...(await page(1001)), ...last]).size).toBe(2_500);
  expect(await page(2501)).toEqual([]);
});

test('conditions: dates with any offset, IN, LIKE, text with an escaped apostrophe', async () => {
  const { box, query, pass } = await startTwins({ customers: 0 });
  const { company } = box.quickbooks;
  company.upsert({ Id: '1', DisplayName: "Amy's Bird Sanctuary", PrimaryEmailAddr: { Address: 'amy@example.com' } });
  pass(60_000);
  company.upsert({ Id: '2', DisplayName: 'Cool Cars', Balance: 12.5 });
  const found = async (where: string) => ids((await query(`select * from Customer where ${where} orderby Id`)).body);
  expect(await found("DisplayName = 'Amy\\'s Bird Sanctuary'")).toEqual(['1']);
  expect(await found("Id IN ('2', '5')")).toEqual(['2']);
  expect(await found("DisplayName LIKE 'cool%'")).toEqual(['2']);
  expect(await found("PrimaryEmailAddr = 'amy@example.com'")).toEqual(['1']);
  expect(await found('Balance > 12 and Active = true')).toEqual(['2']);
  expect(await found("MetaData.LastUpdatedTime >= '2026-11-23T12:01:00Z'")).toEqual(['2']);
  expect(await found("Metadata.LastUpdatedTime >= '2026-11-23T04:01:00-08:00'")).toEqual(['2']);
  expect(await found("MetaData.LastUpdatedTime < '2026-11-23T14:01:00+02:00'")).toEqual(['1']);
});

test('a change moves the time of its customer; an incremental query over many finds it', async () => {
  const { box, query } = await startTwins({ customers: 5_000 });
  box.quickbooks.company.upsert({ Id: '17', DisplayName: 'Changed' });
  const since = "select * from Customer where MetaData.LastUpdatedTime >= '2026-01-01T00:00:00Z'";
  expect(ids((await query(`${since} and ${all} orderby Id`)).body)).toEqual(['17']);
  const made = `select * from Customer where MetaData.LastUpdatedTime >= '2024-01-04T11:19:30Z' and ${all} orderby Id`;
  // One a minute since 2024-01-01, so the 5,000th at 83 h 20 min.
  expect(ids((await query(made)).body)).toEqual(['17', '5000']);
});

test.each([
  ['an unknown entity', 'select * from Custmoer', '4001', 'Invalid query', /invalid context declaration: Custmoer/],
  [
    'a property that is not queryable',
    "select * from Customer where Notes = 'x'",
    '4001',
    'Invalid query',
    /'Notes' is not queryable/,
  ],
  [
    'an order by what is not sortable',
    'select * from Customer orderby Balance',
    '4001',
    'Invalid query',
    /'Balance' is not queryable/,
  ],
  [
    'a sign that there is not',
    'select * from Customer where Id % 2',
    '4000',
    'Error parsing query',
    /^QueryParserError: .*Encountered: "%" \(37\)/,
  ],
  [
    'curly quotes inside a text',
    "select * from Customer where DisplayName = 'Amy\u2019s'",
    '4000',
    'Error parsing query',
    /Lexical error .*Encountered: "\u2019"/,
  ],
  ['OR', "select * from Customer where Id = '1' or Id = '2'", '4000', 'Error parsing query', /QueryParserError/],
])('%s is refused with a fault in the upper envelope', async (_, statement, code, Message, detail) => {
  const { query } = await startTwins();
  const { status, body } = await query(statement);
  expect(status).toBe(400);
  expect(body).toEqual({
    Fault: { Error: [{ Message, Detail: expect.stringMatching(detail), code }], type: 'ValidationFault' },
    time: expect.any(String),
  });
});

test('customers that trip the query are refused as a page, with code 4002', async () => {
  const { box, query } = await startTwins({ customers: 5 });
  box.quickbooks.poison('3');
  expect(await query(`select * from Customer where ${all} orderby Id`)).toMatchObject({
    status: 400,
    body: { Fault: { Error: [{ code: '4002' }] } },
  });
  expect((await query(`select * from Customer where ${all} orderby Id startposition 4`)).status).toBe(200);
});

test('a path that there is not is a fault 500 with status 400', async () => {
  const { quickbooks } = await startTwins();
  expect(await quickbooks('/customer/1/5')).toMatchObject({
    status: 400,
    body: { Fault: { Error: [{ Message: 'Unsupported Operation', code: '500' }], type: 'ValidationFault' } },
  });
});

test('an expired token is answered in the lower envelope, with the time as a number', async () => {
  const { box, query } = await startTwins();
  await query('select * from Customer');
  box.quickbooks.expireTokens();
  const { status, headers, body } = await query('select * from Customer');
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toBe('Bearer realm="Intuit", error="invalid_token"');
  expect(body).toEqual({
    warnings: null,
    intuitObject: null,
    fault: {
      error: [
        {
          message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
          detail: expect.stringMatching(/^Token expired: /),
          code: '3200',
          element: null,
        },
      ],
      type: 'AUTHENTICATION',
    },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: expect.any(Number),
    status: null,
    cdcresponse: [],
  });
});

test('another company is refused in XML, and so is the throttle, whatever was asked for', async () => {
  const { box, ask, token } = await startTwins();
  const { access_token } = (await token()).body;
  const wrong = await ask(`${box.quickbooks.url}/v3/company/1/query?query=x`, {
    headers: { authorization: `Bearer ${access_token}`, accept: 'application/json' },
  });
  expect(wrong.status).toBe(401);
  expect(wrong.text).toMatch(/<Fault type="AuthenticationFault"><Error code="100">.*SRV-110-Authentication Failure/);
  const { query } = await startTwins({ quickbooksFaults: [{ fault: '429', path: '/query' }] });
  const refused = await query('select * from Customer');
  expect(refused.status).toBe(429);
  expect(refused.text).toMatch(/<Fault type="SERVICE"><Error code="3001">.*errorCode=003001/);
});

test('a token: lives an hour, rotates at every refresh, and the one before is dead', async () => {
  const { token } = await startTwins();
  const first = await token();
  expect(first.status).toBe(200);
  expect(first.body).toEqual({
    token_type: 'bearer',
    access_token: expect.any(String),
    expires_in: 3600,
    refresh_token: expect.any(String),
    x_refresh_token_expires_in: 8_726_400,
  });
  expect(await token()).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' },
  });
  expect((await token(first.body.refresh_token)).status).toBe(200);
});

test('change data capture gives whole rows by time, then tombstones with nothing but an id and a time', async () => {
  const { box, quickbooks, pass, now } = await startTwins({ customers: 10 });
  const { company } = box.quickbooks;
  const since = new Date(now()).toISOString();
  const read = async (from = since) =>
    await quickbooks(`/cdc?entities=Customer&changedSince=${encodeURIComponent(from)}`);
  expect((await read()).body.CDCResponse).toEqual([{ QueryResponse: [{}] }]);
  company.remove('4');
  pass(1000);
  company.upsert({ Id: '9', DisplayName: 'Nine' });
  pass(1000);
  company.deactivate('2');
  const { body } = await read();
  expect(body.time).toEqual(expect.any(String));
  const [part] = body.CDCResponse[0].QueryResponse;
  expect(part).toMatchObject({ startPosition: 1, maxResults: 3, totalCount: 3 });
  expect(part.Customer.map(({ Id }: { Id: string }) => Id)).toEqual(['9', '2', '4']);
  expect(part.Customer[1]).toMatchObject({ Active: false, DisplayName: expect.stringMatching(/ \(deleted\)$/) });
  expect(part.Customer[2]).toEqual({
    domain: 'QBO',
    status: 'Deleted',
    Id: '4',
    MetaData: { LastUpdatedTime: '2026-11-23T04:00:00-08:00' },
  });
  expect((await read(new Date(now()).toISOString())).body.CDCResponse[0].QueryResponse[0]).not.toHaveProperty(
    'totalCount',
  );
});

test('change data capture looks back thirty days, and refuses more', async () => {
  const { quickbooks, now } = await startTwins();
  const back = (days: number) => new Date(now() - days * 86_400_000).toISOString();
  expect((await quickbooks(`/cdc?entities=Customer&changedSince=${back(29.9)}`)).status).toBe(200);
  expect(await quickbooks(`/cdc?entities=Customer&changedSince=${back(30.1)}`)).toMatchObject({
    status: 400,
    body: { Fault: { Error: [{ code: '4000' }], type: 'ValidationFault' } },
  });
});

test('small lists are queried as customers are: active ones unless all are asked for, with names', async () => {
  const { query } = await startTwins();
  const { QueryResponse } = (await query('select * from CustomerType')).body;
  expect(QueryResponse).toMatchObject({ startPosition: 1, maxResults: 2 });
  expect(QueryResponse.CustomerType[0]).toEqual({
    SyncToken: '0',
    domain: 'QBO',
    Name: 'Gold',
    sparse: false,
    Active: true,
    Id: '5000000000000003466',
    MetaData: expect.any(Object),
  });
  expect((await query(`select count(*) from customerType where ${all}`)).body.QueryResponse).toEqual({ totalCount: 3 });
  const terms = (await query("select * from term where Name = 'Net 30'")).body.QueryResponse;
  expect(terms.Term).toMatchObject([{ Id: '3', DueDays: 30, Type: 'STANDARD', DiscountPercent: 0 }]);
});

test('what writes is refused and counted: a connector that reads has no business here', async () => {
  const { box, quickbooks } = await startTwins();
  expect(await quickbooks('/customer', { method: 'POST', body: { DisplayName: 'x' } })).toMatchObject({ status: 400 });
  expect(box.quickbooks.state().writesAttempted).toBe(1);
});

test('one customer is read by its path; an id that nobody has is fault 610', async () => {
  const { quickbooks } = await startTwins({ customers: 2 });
  const { status, body } = await quickbooks('/customer/2');
  expect({ status, keys: Object.keys(body).sort() }).toEqual({ status: 200, keys: ['Customer', 'time'] });
  expect(body.Customer).toMatchObject({ Id: '2', domain: 'QBO' });
  expect(await quickbooks('/customer/3')).toMatchObject({
    status: 400,
    body: { Fault: { Error: [{ Message: 'Object Not Found', code: '610' }], type: 'ValidationFault' } },
  });
});

test('change data capture of two entities gives a part for each; an entity that it does not know is refused', async () => {
  const { box, quickbooks, now } = await startTwins({ customers: 0 });
  const since = `changedSince=${new Date(now()).toISOString()}`;
  box.quickbooks.company.upsert({ Id: '1', DisplayName: 'A' });
  const { body } = await quickbooks(`/cdc?entities=Invoice,Customer&${since}`);
  expect(body.CDCResponse).toMatchObject([{ QueryResponse: [{}, { Customer: [{ Id: '1' }], maxResults: 1 }] }]);
  expect(await quickbooks(`/cdc?entities=Customer,Nothing&${since}`)).toMatchObject({ status: 400 });
});

test.each([
  ['application/x-www-form-urlencoded', (token: string) => new URLSearchParams({ token }).toString()],
  ['application/json', (token: string) => JSON.stringify({ token })],
])('a token is revoked by %s, and what is neither is refused', async (type, write) => {
  const { box, ask, token } = await startTwins();
  const { body } = await token();
  const { clientId, clientSecret } = quickbooksCredentials;
  const revoke = async (text: string) =>
    await ask(`${box.quickbooks.url}/v2/oauth2/tokens/revoke`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': type,
      },
      body: text,
    });
  expect(await revoke('nonsense')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect((await revoke(write(body.refresh_token))).status).toBe(200);
  expect((await token(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
});

test('a failure may stand where the rows or the changes would be, inside a 200', async () => {
  const { query, quickbooks, now } = await startTwins({ quickbooksFaults: [{ fault: '10000-inside', path: '/v3/' }] });
  const fault = { Fault: { Error: [{ code: '10000' }], type: 'SystemFault' } };
  expect(await query(`select * from Customer where ${all}`)).toMatchObject({
    status: 200,
    body: { QueryResponse: fault },
  });
  expect(await quickbooks(`/cdc?entities=Customer&changedSince=${new Date(now()).toISOString()}`)).toMatchObject({
    status: 200,
    body: { CDCResponse: [fault] },
  });
});
