import nock from 'nock';
import { expect, test } from 'vitest';
import { api, count, createSource, grant, page, query, rows } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

const time = '2026-11-07T14:27:27.477-07:00';
const failure = {
  type: 'SystemFault',
  Error: [{ Message: 'An application error has occurred', code: '10000', Detail: 'System Failure Error' }],
};
const noAccess =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2026-11-07T14:27:27.477-07:00"><Fault type="AuthorizatonFault"><Error code="120"><Message>Authorization Failure</Message><Detail>AuthorizationFailure: --11014-You do not have access to use QuickBooks Online., statusCode: 401</Detail></Error></Fault></IntuitResponse>';
const lapsed = {
  Fault: {
    Error: [
      {
        Message: 'Invalid Company Status',
        Detail: 'Subscription period has ended or canceled or there was a billing problem',
        code: '6190',
      },
    ],
    type: 'ValidationFault',
  },
  time,
};
const denied = {
  Fault: { Error: [{ Message: 'Permission Denied Error', code: '5020' }], type: 'ValidationFault' },
  time,
};
const unknownRefusal = { fault: { error: [{ message: 'x', code: '99999' }], type: 'AUTHORIZATION' } };

test.each([
  ['no access (120, 401)', 401, noAccess, 'quickbooks-forbidden'],
  ['no access (120, 403)', 403, noAccess, 'quickbooks-forbidden'],
  ['permission denied (5020, 400)', 400, denied, 'quickbooks-forbidden'],
  ['permission denied (5020, 403)', 403, denied, 'quickbooks-forbidden'],
  ['a subscription that is over (6190, 400)', 400, lapsed, 'quickbooks-lapsed'],
  ['a subscription that is over (6190, 200)', 200, lapsed, 'quickbooks-lapsed'],
  ['a refusal with a code that nobody knows', 403, unknownRefusal, 'quickbooks-forbidden'],
])('%s ends at once, and says what a person must do', async (_, status, body, code) => {
  const { read, slept } = createSource();
  grant('access-1');
  nock(api).get(query).query(true).reply(status, body);
  await expect(read()).rejects.toMatchObject({ code, exitCode: 3, hint: expect.stringMatching(/\w/) });
  expect(slept).toEqual([]);
});

test('no access (120) with a server error is passing, and is asked again', async () => {
  const { read } = createSource();
  grant('access-1');
  nock(api).get(query).query(true).reply(500, noAccess);
  count(1);
  page([1]);
  count(1);
  expect(await read()).toHaveLength(2);
});

const watermark = '2026-11-23T11:55:00Z';
const isChanged = (part: string) => (given: Record<string, unknown>) => String(given.query).includes(part);

test.each([
  ['in the list of parts', { CDCResponse: [{ Fault: failure }], time }],
  ['in a part', { CDCResponse: [{ QueryResponse: [{ Fault: failure }] }], time }],
  ['in a part after a good one', { CDCResponse: [{ QueryResponse: [{}, { Fault: failure }] }], time }],
  ['of an unknown shape', { CDCResponse: [{ Fault: 'failure' }], time }],
])('a fault %s of the changes is asked again: nobody merged is what no fault says', async (_, body) => {
  const { read } = createSource();
  grant('access-1');
  rows('lastupdatedtime', 'Customer', []);
  nock(api)
    .get(/\/cdc$/)
    .query(true)
    .reply(200, body);
  nock(api)
    .get(/\/cdc$/)
    .query(true)
    .reply(200, { CDCResponse: [{ QueryResponse: [{ Customer: [{ Id: '39', status: 'Deleted' }] }] }], time });
  nock(api).get(query).query(isChanged("Id IN ('39')")).reply(200, { QueryResponse: {}, time });
  const pages = await read({ watermark });
  expect(pages.at(-1)?.records).toMatchObject([{ key: '39', state: 'deleted' }]);
});

test('a fault in place of the rows is asked again, and is no empty page', async () => {
  const { read } = createSource();
  grant('access-1');
  count(1);
  nock(api)
    .get(query)
    .query(true)
    .reply(200, { QueryResponse: { Fault: failure }, time });
  page([1]);
  count(1);
  expect((await read()).flatMap(({ records }) => records.map(({ key }) => key))).toEqual(['1']);
});

test('a tombstone with its id as a number is understood', async () => {
  const { read } = createSource();
  grant('access-1');
  rows('lastupdatedtime', 'Customer', []);
  nock(api)
    .get(/\/cdc$/)
    .query(true)
    .reply(200, { CDCResponse: [{ QueryResponse: [{ Customer: [{ Id: 39, status: 'Deleted' }] }] }], time });
  nock(api).get(query).query(isChanged("Id IN ('39')")).reply(200, { QueryResponse: {}, time });
  const pages = await read({ watermark });
  expect(pages.at(-1)?.records).toMatchObject([{ key: '39', state: 'deleted' }]);
});
