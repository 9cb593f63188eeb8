import nock from 'nock';
import { expect, test } from 'vitest';
import { api, count, createSource, grant, page, query, tokens } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

test('a full read asks for all states by Id, and ends at the time of its first reply less five minutes', async () => {
  const { read } = createSource();
  grant('access-1');
  count(2);
  const statement = /where Active IN \(true,false\) orderby Id asc startposition 1 maxresults 1000$/;
  nock(api, { reqheaders: { authorization: 'Bearer access-1' } })
    .get(query)
    .query((given) => statement.test(String(given.query)))
    .reply(200, {
      QueryResponse: {
        Customer: [{ Id: '1' }, { Id: '2', Active: false, ParentRef: { value: '1' } }],
        startPosition: 1,
        maxResults: 2,
      },
      time: '2026-11-23T04:00:01.000-08:00',
    });
  count(2);
  const pages = await read();
  expect(pages.flatMap(({ records }) => records.map(({ key, state, after }) => ({ key, state, after })))).toEqual([
    { key: '1', state: 'active', after: undefined },
    { key: '2', state: 'inactive', after: '1' },
  ]);
  expect(pages.map(({ cursor }) => cursor)).toEqual([null, { watermark: '2026-11-23T11:55:00Z' }]);
});

test('an incremental read asks at or after the watermark, in UTC', async () => {
  const { read } = createSource();
  grant('access-1');
  nock(api)
    .get(query)
    .query((given) =>
      String(given.query).includes(
        "MetaData.LastUpdatedTime >= '2026-11-23T11:55:00Z' and Active IN (true,false) orderby Id asc",
      ),
    )
    .reply(200, { QueryResponse: {}, time: '2026-11-23T04:10:00.000-08:00' })
    .get(/\/cdc$/)
    .query({ entities: 'Customer', changedSince: '2026-11-23T11:55:00Z', minorversion: '75', format: 'json' })
    .reply(200, { CDCResponse: [{ QueryResponse: [{}] }], time: '2026-11-23T04:10:01.000-08:00' });
  expect(await read({ watermark: '2026-11-23T11:55:00Z' })).toMatchObject([
    { records: [], cursor: { watermark: '2026-11-23T11:55:00Z' } },
    { records: [], cursor: { watermark: '2026-11-23T12:05:00Z' } },
  ]);
});

test('a tombstone is believed when a query finds the customer no more', async () => {
  const { read } = createSource();
  grant('access-1');
  const tombstone = (Id: string) => ({ domain: 'QBO', status: 'Deleted', Id, MetaData: {} });
  nock(api)
    .get(query)
    .query(true)
    .reply(200, { QueryResponse: {}, time: '2026-11-23T04:10:00.000-08:00' })
    .get(/\/cdc$/)
    .query(true)
    .reply(200, { CDCResponse: [{ QueryResponse: [{}, { Customer: [tombstone('39'), tombstone('40')] }] }], time: '' })
    .get(query)
    .query(({ query: text }) => String(text).includes("Id IN ('39','40')"))
    .reply(200, { QueryResponse: { Customer: [{ Id: '40' }] }, time: '2026-11-23T04:10:02.000-08:00' });
  const pages = await read({ watermark: '2026-11-23T11:55:00Z' });
  expect(pages.at(-1)?.records).toMatchObject([{ key: '39', state: 'deleted' }]);
});

const wholeCompany = (rows: readonly string[]) => {
  count(rows.length);
  nock(api)
    .get(query)
    .query(({ query: text }) => !String(text).includes('LastUpdatedTime'))
    .reply(200, { QueryResponse: { Customer: rows.map((Id) => ({ Id })) }, time: '2026-11-23T04:10:03.000-08:00' });
  count(rows.length);
};

test('beyond 29 days change data capture is not asked: everything is read, so that who is gone is found', async () => {
  const { read, warnings } = createSource();
  grant('access-1');
  nock(api).get(query).query(true).reply(200, { QueryResponse: {}, time: '2026-11-23T04:10:00.000-08:00' });
  wholeCompany(['1', '2']);
  const pages = await read({ watermark: '2026-10-01T00:00:00Z' });
  expect(pages.at(-1)).toMatchObject({ whole: true });
  expect(warnings).toEqual([]);
});

test('1,000 changes may be cut off: everything is read', async () => {
  const { read } = createSource();
  grant('access-1');
  const changed = Array.from({ length: 1000 }, (_, n) => ({ Id: String(n + 1) }));
  nock(api)
    .get(query)
    .query(({ query: text }) => String(text).includes('LastUpdatedTime'))
    .reply(200, { QueryResponse: { Customer: [{ Id: '1' }] }, time: '2026-11-23T04:10:00.000-08:00' })
    .get(/\/cdc$/)
    .query(true)
    .reply(200, { CDCResponse: [{ QueryResponse: [{ Customer: changed }] }], time: '' });
  wholeCompany(['1', '2']);
  const pages = await read({ watermark: '2026-11-23T11:55:00Z' });
  expect(pages.at(-1)).toMatchObject({ whole: true, records: [] });
});

test('an expired token (fault 3200) is renewed once, with the rotated refresh token', async () => {
  const { read } = createSource();
  grant('access-1', 'second-refresh');
  nock(api)
    .get(query)
    .query(true)
    .reply(401, {
      fault: {
        error: [
          {
            message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
            detail: 'Token expired: access-1',
            code: '3200',
          },
        ],
        type: 'AUTHENTICATION',
      },
    });
  nock(tokens)
    .post('/oauth2/v1/tokens/bearer', /refresh_token=second-refresh/)
    .reply(200, { access_token: 'access-2', expires_in: 3600, refresh_token: 'third-refresh' });
  count(1);
  page([1]);
  count(1);
  expect(await read()).toHaveLength(2);
});

test('a throttled reply in XML without Retry-After waits a minute', async () => {
  const { read, slept } = createSource();
  grant('access-1');
  nock(api)
    .get(query)
    .query(true)
    .reply(
      429,
      '<IntuitResponse><Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message></Error></Fault></IntuitResponse>',
    );
  count(0);
  page([]);
  count(0);
  await read();
  expect(slept).toEqual([60_000]);
});

test.each([
  [
    '100',
    401,
    '<IntuitResponse><Fault type="AuthenticationFault"><Error code="100"><Message>x</Message></Error></Fault></IntuitResponse>',
    'quickbooks-wrong-realm',
  ],
  [
    '130',
    401,
    JSON.stringify({ fault: { error: [{ message: 'Accessing Wrong Cluster', code: '130' }], type: 'AUTHENTICATION' } }),
    'quickbooks-wrong-environment',
  ],
  [
    '3100',
    403,
    JSON.stringify({ fault: { error: [{ message: 'x', code: '3100' }], type: 'SERVICE' } }),
    'quickbooks-forbidden',
  ],
])('fault %s asks for a person', async (_, status, body, code) => {
  const { read } = createSource();
  grant('access-1');
  nock(api).get(query).query(true).reply(status, body);
  await expect(read()).rejects.toMatchObject({ code, exitCode: 3 });
});

test('a validation fault is ours to mend, and is not repeated', async () => {
  const { read } = createSource();
  grant('access-1');
  nock(api)
    .get(query)
    .query(true)
    .reply(400, { Fault: { Error: [{ Message: 'Error parsing query', code: '4000' }], type: 'ValidationFault' } });
  await expect(read()).rejects.toMatchObject({ code: 'quickbooks-validation', exitCode: 5 });
});

test('a system fault inside a 200, HTML and an empty reply are all tried again', async () => {
  const { read } = createSource();
  grant('access-1');
  nock(api)
    .get(query)
    .query(true)
    .reply(200, { Fault: { Error: [{ Message: 'x', code: '10000' }], type: 'SystemFault' } });
  nock(api).get(query).query(true).reply(200, '<html>maintenance</html>');
  nock(api).get(query).query(true).reply(200, '');
  count(1);
  page([1]);
  count(1);
  expect(await read()).toHaveLength(2);
});

test('a dead refresh token is reported with what to do, and no secret', async () => {
  const { read } = createSource();
  nock(tokens)
    .post('/oauth2/v1/tokens/bearer')
    .reply(400, { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' });
  const error = await read().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-grant', exitCode: 3 });
  expect(String(error) + JSON.stringify(error)).not.toMatch(/first-refresh|app-secret/);
});

test('customers that vanish while they are read make it read again, three times at most, and keep the old position', async () => {
  const { read, warnings } = createSource();
  grant('access-1');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    count(3);
    page([1, 2]);
    count(2);
  }
  const pages = await read();
  expect(pages.every(({ cursor }) => cursor === null)).toBe(true);
  expect(warnings).toEqual(['scan-moved']);
});
