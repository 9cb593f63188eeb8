import { expect, test } from 'vitest';
import { quickbooks } from '../../src/connectors/quickbooks/index.ts';
import { type CustomerMapper, mapperChecks, mapperOf, testMapper } from '../../src/testing/index.ts';
import { acmeWith } from './bad-connectors.ts';

const mapping = { name: 'name', email: 'email', user_fields: { level: 'level' } };
const mapper = mapperOf(acmeWith(), { mapping });
const example = { id: 'c1', name: 'Ada Ricci', email: 'ada.ricci@example.com', level: 7 };

testMapper({ test, mapper, record: acmeWith().record, examples: [example] });
testMapper({
  test,
  mapper: mapperOf(quickbooks, { source: { skipProjects: true } }),
  record: quickbooks.record,
  examples: [{ Id: '1', DisplayName: 'Kestrel Nursery', PrimaryEmailAddr: { Address: 'office@kestrel.example.com' } }],
});

test('a path keeps the type of what it finds', () => {
  expect(mapper({ key: 'c1', data: example, state: 'active' })).toMatchObject({
    payload: { user_fields: { level: 7 } },
  });
});

let calls = 0;

const bads: readonly {
  readonly who: string;
  readonly check: string;
  readonly bad: CustomerMapper;
  readonly says: RegExp;
}[] = [
  {
    who: 'finds no name in the example',
    check: 'makes a user of every example',
    bad: mapperOf(acmeWith(), { mapping: { name: 'title' } }),
    says: /Example 0 became no user: skip, The customer has no name/,
  },
  {
    who: 'trusts the documentation',
    check: 'never throws, whatever a record holds',
    // As careless code has it.
    bad: (record) =>
      mapper({ ...record, data: { name: ((record.data.email as string).split('@')[1] as string).trim() } }),
    says: /threw TypeError/,
  },
  {
    who: 'writes into its record',
    check: 'is pure: changes nothing, and gives the same for the same',
    bad: (record) => mapper({ ...record, data: Object.assign(record.data, { email: 'none' }) }),
    says: /Cannot .*(add|assign)/,
  },
  {
    who: 'counts',
    check: 'is pure: changes nothing, and gives the same for the same',
    bad(record) {
      calls += 1;
      return mapper({ ...record, key: String(calls) });
    },
    says: /Two results for one record/,
  },
  {
    who: 'gives a number where Zendesk wants text',
    check: 'gives what Zendesk takes',
    bad(record) {
      const result = mapper(record);
      if (result.kind !== 'payload') return result;
      // What no compiler stops in a module that is not typed.
      return { ...result, payload: { ...result.payload, phone: 14155550100 as unknown as string } };
    },
    says: /payload\.phone/,
  },
  {
    who: 'answers later',
    check: 'gives what Zendesk takes',
    bad: (async () => undefined) as unknown as CustomerMapper,
    says: /kind|Invalid/,
  },
  {
    who: 'quotes the address that it refuses',
    check: 'shows nothing of the customer in its reasons',
    bad: ({ data }) => ({ kind: 'reject', code: 'bad', message: `${data.email} is no address` }),
    says: /A reason quotes its record/,
  },
];

test.each(bads)('a mapper that $who fails "$check"', async ({ check, bad, says }) => {
  const checks = mapperChecks({ mapper: bad, record: acmeWith().record, examples: [example] });
  await expect(checks.find(({ name }) => name === check)?.run()).rejects.toThrow(says);
});

test('every check of a mapper has one that fails it', () => {
  const failed = new Set(bads.map(({ check }) => check));
  expect(mapperChecks({ mapper, examples: [] }).filter(({ name }) => !failed.has(name))).toEqual([]);
});
