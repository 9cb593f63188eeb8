import { createRequire } from 'node:module';
import nodeZendesk from 'node-zendesk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { quickbooksCredentials, zendeskCredentials } from '../../src/sandbox/index.ts';
import { startTwins } from '../kit/twins/twins.ts';

/** The twins as clients of other houses meet them: what these rely on was never read from Rolodesk. */

const jobShape = z.object({ job_status: z.looseObject({ id: z.string() }) });

/** Calls whose declaration is not what they take. */
interface BulkUsers {
  createMany(body: { readonly users: readonly object[] }): Promise<{ readonly result: unknown }>;
  /** With two arguments the first of them is sent. */
  updateMany(
    ids: readonly number[],
    body: { readonly user: object },
    rest: undefined,
  ): Promise<{ readonly result: unknown }>;
}

async function openClient(users: number) {
  const { box, pass } = await startTwins({ users, jobLatencyMs: 1_000 });
  const { email, apiToken } = zendeskCredentials;
  const client = nodeZendesk.createClient({
    username: email,
    token: apiToken,
    endpointUri: `${box.zendesk.url}/api/v2`,
    apiType: ['core'],
  });
  /** What became of a job, once its time has come. */
  async function jobOf({ result }: { readonly result: unknown }): Promise<unknown> {
    pass(2_000);
    const shown: unknown = (await client.jobstatuses.show(jobShape.parse(result).job_status.id)).result;
    return jobShape.parse(shown).job_status;
  }
  // The package's own documentation calls them so.
  const bulk = client.users as unknown as BulkUsers;
  return { box, client, bulk, jobOf };
}

test('node-zendesk lists every user, page after page', async () => {
  const { box, client } = await openClient(261);
  const listed = await client.users.list();
  const ids = [...box.zendesk.users.byId.keys()];
  expect(ids).toHaveLength(261);
  expect(listed.map(({ id }) => id)).toEqual(ids);
});

test('node-zendesk makes, changes and deletes users, one by one and by jobs', async () => {
  const { client, bulk, jobOf } = await openClient(0);
  const one = await client.users.create({ user: { name: 'Ada', email: 'ada@example.com', skip_verify_email: true } });
  const { id } = one.result;
  await client.users.update(id, { user: { notes: 'seen' } });
  expect((await client.users.show(id)).result).toMatchObject({ name: 'Ada', notes: 'seen' });

  const rows = [1, 2].map((n) => ({ name: `User ${n}`, external_id: `x:${n}` }));
  const made = await bulk.createMany({ users: rows });
  expect(await jobOf(made)).toMatchObject({ status: 'completed', total: 2 });
  const found = await client.users.search({ external_id: 'X:1' });
  expect(found).toMatchObject([{ name: 'User 1' }]);

  // One change for all that the address names.
  const ids = (await client.users.list()).map((user) => user.id);
  expect(ids).toHaveLength(3);
  const changed = await bulk.updateMany(ids, { user: { details: 'all' } }, undefined);
  expect(await jobOf(changed)).toMatchObject({
    status: 'completed',
    total: 3,
  });
  const { result } = await client.users.showMany(ids);
  expect(result).toMatchObject([{ details: 'all' }, { details: 'all' }, { details: 'all' }]);

  await client.users.delete(id);
  expect((await client.users.list()).map((user) => user.id)).toEqual(ids.slice(1));
});

test('node-zendesk reads and changes identities, organizations and fields', async () => {
  const { client } = await openClient(0);
  const { result: user } = await client.users.create({ user: { name: 'Ada', email: 'a@example.com' } });
  const identity = { identity: { type: 'email', value: 'b@example.com', skip_verify_email: true } };
  const { result: added } = await client.useridentities.create(user.id, identity);
  const { id } = z.object({ id: z.number() }).parse(added);
  await client.useridentities.makePrimary(user.id, id);
  expect(await client.useridentities.list(user.id)).toMatchObject([
    { value: 'a@example.com', primary: false },
    { value: 'b@example.com', primary: true },
  ]);
  await client.organizations.create({ organization: { name: 'Acme' } });
  expect(await client.organizations.list()).toMatchObject([{ name: 'Acme' }]);
  expect(await client.userfields.list()).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: 'dropdown' })]),
  );
});

/** The part of node-quickbooks that is called here: its declaration has no construct signature under nodenext (TS2351). */
interface NodeQuickBooks {
  new (
    ...options: unknown[]
  ): {
    endpoint: string;
    findCustomers(criteria: object, done: Done): void;
    getCustomer(id: string, done: Done): void;
    getCompanyInfo(id: string, done: Done): void;
    changeDataCapture(entities: readonly string[], since: Date, done: Done): void;
  };
}
type Done = (error: unknown, data: unknown) => void;

test('node-quickbooks reads customers, one, some and all, and what has changed', async () => {
  const { box, token, now } = await startTwins({ customers: 3 });
  const { realmId, clientId, clientSecret } = quickbooksCredentials;
  const { access_token: access, refresh_token: refresh } = (await token()).body;
  const Client = createRequire(import.meta.url)('node-quickbooks') as NodeQuickBooks;
  const client = new Client(clientId, clientSecret, access, false, realmId, true, false, null, '2.0', refresh);
  client.endpoint = `${box.quickbooks.url}/v3/company/`;
  const answer = <T>(ask: (done: Done) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      // Shaped as the package gives it; what it holds is compared below.
      ask((error, data) => (error ? reject(error) : resolve(data as T)));
    });
  const all = await answer((done) => client.findCustomers({ fetchAll: true }, done));
  const customer = (id: string) => expect.objectContaining({ Id: id });
  const customers = expect.arrayContaining(['1', '2', '3'].map(customer));
  expect(all).toMatchObject({ QueryResponse: { Customer: customers } });
  const some = await answer((done) => client.findCustomers({ asc: 'Id', limit: 1, offset: 2 }, done));
  expect(some).toMatchObject({ QueryResponse: { Customer: [{ Id: '2' }], maxResults: 1 } });
  expect(await answer((done) => client.getCustomer('2', done))).toMatchObject({ Id: '2' });
  expect(await answer((done) => client.getCompanyInfo(realmId, done))).toMatchObject({
    CompanyName: expect.any(String),
  });
  box.quickbooks.company.upsert({ Id: '2', DisplayName: 'Changed' });
  const since = new Date(now() - 60_000);
  expect(await answer((done) => client.changeDataCapture(['Customer', 'Invoice'], since, done))).toMatchObject({
    CDCResponse: [{ QueryResponse: [{ Customer: [expect.objectContaining({ Id: '2' })] }, {}] }],
  });
});
