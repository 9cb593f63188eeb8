import { expect, test } from 'vitest';
import { ContractError, parseResponse, type SourceRecord, z } from '../../src/connector.ts';
import { sourceChecks, testSource } from '../../src/testing/index.ts';
import { acmeConfig, acmeTwin } from './acme-twin.ts';
import { acmeWith } from './bad-connectors.ts';

testSource({ test, connector: acmeWith(), twin: acmeTwin(), config: acmeConfig });

type Bad = Parameters<typeof acmeWith>[0];

/** What the check says of a connector that is bad in this way. */
async function decision(name: string, bad: Bad): Promise<string> {
  const checks = sourceChecks({ connector: acmeWith(bad), twin: acmeTwin(), config: acmeConfig });
  const check = checks.find((one) => one.name === name);
  if (!check) throw new Error(`There is no check "${name}".`);
  return await check.run().then(
    () => 'passed',
    (error: Error) => error.message,
  );
}

const allowInvalidMapping = z
  .looseObject({ customers: z.array(z.any()).catch([]), next: z.string().nullable().catch(null) })
  .catch({ customers: [], next: null });
const whole = z.looseObject({ customers: z.array(z.looseObject({ id: z.string() })), next: z.string().nullable() });

const named = z.looseObject({ id: z.string(), name: z.string() });
const strictPage = z.looseObject({ customers: z.array(named), next: z.string().nullable() });
const loose = z.looseObject({ customers: z.array(z.unknown()), next: z.string().nullable() });

/** A connector whose records are changed on their way. */
function changing(change: (records: readonly SourceRecord[]) => readonly SourceRecord[]): Bad {
  return {
    async *pages(read) {
      for await (const page of read) yield { ...page, records: change(page.records) };
    },
  };
}

function counting(): Bad {
  let seen = 0;
  return changing((records) =>
    records.map((record) => {
      seen += 1;
      return { ...record, data: { ...Object(record.data), seen } };
    }),
  );
}

/** One that keeps what it has ever seen, and gives it with every full page. */
function withGhosts(): Bad {
  const known = new Map<string, SourceRecord>();
  return changing((records) => {
    if (records.length < 5) return records;
    for (const record of records) known.set(record.key, record);
    return [...known.values()];
  });
}

const bads: readonly { readonly who: string; readonly check: string; readonly bad: Bad; readonly says: RegExp }[] = [
  {
    who: 'does not say who it is',
    check: 'says who it reads as',
    bad: { check: () => ({ identity: '', lines: [] }) },
    says: /no identity/,
  },
  {
    who: 'keeps times in its records',
    check: 'gives records that can be kept',
    bad: {
      async *pages(read) {
        for await (const { records, ...page } of read)
          yield { ...page, records: records.map((record) => ({ ...record, data: { at: new Date(0) } })) };
      },
    },
    says: /data of c1 is not the same/,
  },
  {
    who: 'asks nothing to say who it is',
    check: 'says who it reads as',
    bad: { asksToCheck: false },
    says: /asked the other side nothing/,
  },
  {
    who: 'gives two records one key',
    check: 'gives records that can be kept',
    bad: changing((records) => records.map((record) => ({ ...record, key: 'c1' }))),
    says: /key c1 stands on a page twice/,
  },
  {
    who: 'gives keys that were cut in the middle of a character',
    check: 'gives records that can be kept',
    bad: changing((records) => records.map((record) => ({ ...record, key: `${record.key}\ud83d` }))),
    says: /half a character/,
  },
  {
    who: 'never gives one record',
    check: 'gives records that can be kept',
    bad: changing((records) => records.filter(({ key }) => key !== 'c3')),
    says: /In a read of everything, 1 records never came: c3/,
  },
  {
    who: 'gives data of another shape than it declares',
    check: 'gives records that can be kept',
    bad: changing((records) => records.map((record) => ({ ...record, data: { id: record.key, name: 7, email: '' } }))),
    says: /data of c1 is not of the shape .*: name/,
  },
  {
    who: 'gives other data at every read',
    check: 'reads the same until something changes',
    bad: counting(),
    says: /nothing changed between: c1, c2, c3 and \d+ more differ/,
  },
  {
    who: 'does not use the cursor that it gave',
    check: 'reads the same until something changes',
    bad: {
      ask: (client, { cursor }, signal) =>
        client.request({ method: 'GET', path: '/v1/customers', query: { cursor }, idempotent: true, signal }),
    },
    says: /gave everything again: is the cursor used/,
  },
  {
    who: 'gives as active what is gone',
    check: 'reads the same until something changes',
    bad: withGhosts(),
    says: /c1 is gone, and a read of everything gives it as active/,
  },
  {
    who: 'saves a cursor that is a page too far',
    check: 'resumes from every cursor it yields',
    bad: { within: (at) => ({ ...at, next: Buffer.from('after 10').toString('base64url') }) },
    says: /cursor of page 1, 5 records never came: c6, c7, c8/,
  },
  {
    who: 'begins the next read where this one ended, in a place too far',
    check: 'resumes from every cursor it yields',
    bad: { sinceAfter: (startedAt) => startedAt + 86_400_000 },
    says: /later change of c1 never came/,
  },
  {
    who: 'takes the time of the end of a scan',
    check: 'loses nothing that changes while reading',
    bad: { sinceAfter: (_, endedAt) => endedAt },
    says: /change of c\d+ during a scan of everything never came/,
  },
  {
    who: 'calls every scan whole, and leaves out a record',
    check: 'loses nothing that changes while reading',
    bad: {
      async *pages(read) {
        for await (const page of read) yield { ...page, records: page.records.filter(({ key }) => key !== 'c7') };
      },
    },
    says: /left out c7: they would count as gone/,
  },
  {
    who: 'sends requests that nothing stops',
    check: 'stops promptly on abort',
    bad: { signalOf: () => new AbortController().signal },
    says: /After the signal was aborted/,
  },
  {
    who: 'renews the token for every request that was refused',
    check: 'refreshes an expired token once',
    bad: { renewsAlways: true },
    says: /5 calls met an expired token, and \d were asked for|refresh token is spent/,
  },
  {
    who: 'takes what it does not understand for an empty page',
    check: 'rejects a page of the wrong shape',
    bad: {
      parse: (response) =>
        parseResponse('customers', allowInvalidMapping, response.body.kind === 'json' ? response : empty),
    },
    says: /an empty object in place of the reply was read as if it were good/,
  },
  {
    who: 'trips over a record that is none',
    check: 'rejects a page of the wrong shape',
    bad: {
      parse: ({ body }) => {
        if (body.kind !== 'json') throw new ContractError('no JSON');
        // As careless code has it.
        const page = body.value as z.output<typeof whole>;
        return {
          next: page.next,
          customers: page.customers.map((one) => ({ ...one, name: one.id.trim(), email: '' })),
        };
      },
    },
    says: /ended as a bug, TypeError/,
  },
  {
    who: 'ends a read for an odd field of one record',
    check: 'keeps an odd field to its record',
    bad: { parse: (response) => parseResponse('customers', strictPage, response) },
    says: /With null in place of name in one record the whole read ended/,
  },
  {
    who: 'drops a record for an odd field without a word',
    check: 'keeps an odd field to its record',
    bad: {
      parse(response) {
        const { customers, next } = parseResponse('customers', loose, response);
        return { next, customers: customers.flatMap((one) => named.safeParse(one).data ?? []) };
      },
    },
    says: /With null in place of name in one record it was left out without a warning/,
  },
  {
    who: 'takes a refusal for the end of the list',
    check: 'ends the run where waiting does not help',
    bad: {
      ask: async (client, query, signal) =>
        await client
          .request({ method: 'GET', path: '/v1/customers', query, idempotent: true, signal })
          .catch(() => empty),
    },
    says: /401: it went on as if nothing had happened/,
  },
  {
    who: 'quotes what the server said',
    check: 'leaks no secret',
    bad: {
      ask: (client, query, signal) =>
        client.request({ method: 'GET', path: '/v1/customers', query, idempotent: true, signal, expect: [400] }),
      parse(response) {
        if (response.status === 400) throw new ContractError(`Acme said ${JSON.stringify(response.body)}`);
        return parseResponse('customers', whole, response) as z.output<typeof allowInvalidMapping>;
      },
    },
    says: /A secret was logged: ….*\[here\]/,
  },
  {
    who: 'names customers in what it says of itself',
    check: 'leaks no secret',
    bad: { check: ({ customers }) => ({ identity: `The account of ${customers[0]?.email}`, lines: [] }) },
    says: /address of a customer was logged/,
  },
  {
    who: 'does not mark its secrets',
    check: 'leaks no secret',
    bad: { config: z.strictObject({ baseUrl: z.string(), clientSecret: z.string(), refreshToken: z.string() }) },
    says: /credential was sent that the redactor does not know/,
  },
  {
    who: 'reads everything before its first page',
    check: 'keeps memory flat',
    bad: {
      async *pages(read) {
        yield* await Array.fromAsync(read);
      },
    },
    says: /8 are still held/,
  },
  {
    who: 'gives everything as one page',
    check: 'keeps memory flat',
    bad: {
      async *pages(read) {
        const all = await Array.fromAsync(read);
        yield { records: all.flatMap(({ records }) => records), cursor: all.at(-1)?.cursor ?? null };
      },
    },
    says: /held 8 pages and the source gave 1/,
  },
];

test.each(bads)('a connector that $who fails "$check"', async ({ check, bad, says }) => {
  expect(await decision(check, bad)).toMatch(says);
});

const names = sourceChecks({ connector: acmeWith(), twin: acmeTwin(), config: acmeConfig }).map(({ name }) => name);

test.each(names.filter((name) => name.startsWith('survives each fault')))(
  'a connector that tries once, and not long, fails "%s"',
  async (check) => {
    const once: Bad = {
      ask: async (client, query, signal) =>
        await client.request({
          method: 'GET',
          path: '/v1/customers',
          query,
          idempotent: false,
          expect: [429, 500, 502, 503],
          signal: AbortSignal.any([signal, AbortSignal.timeout(15)]),
        }),
    };
    expect(await decision(check, once)).not.toBe('passed');
  },
);

test('every check has a connector that fails it', () => {
  const failed = new Set(bads.map(({ check }) => check));
  expect(names.filter((name) => !failed.has(name) && !name.startsWith('survives each fault'))).toEqual([]);
});

test('a check that the twin cannot serve fails, unless it is skipped with a reason', async () => {
  const bare = async (world: Parameters<ReturnType<typeof acmeTwin>>[0]) => {
    const { expireTokens: _, tokensGiven: __, ...twin } = await acmeTwin()(world);
    return twin;
  };
  const ran: string[] = [];
  const skipped: string[] = [];
  const runner = Object.assign((name: string) => ran.push(name), { skip: (name: string) => skipped.push(name) });
  const suite = { connector: acmeWith(), twin: bare, config: acmeConfig };
  const check = sourceChecks(suite).find(({ name }) => name === 'refreshes an expired token once');
  await expect(check?.run()).rejects.toThrow(/no expireTokens and tokensGiven. Give it that, or say under skip why/);

  testSource({ ...suite, test: runner, skip: { 'refreshes an expired token once': 'tokens are for life' } });
  expect(skipped).toEqual(['refreshes an expired token once (does not apply: tokens are for life)']);
  expect(ran).toHaveLength(names.length - 1);
  expect(() => testSource({ ...suite, test: runner, skip: { 'is quick': 'no' } })).toThrow(/no check "is quick"/);
  expect(() => testSource({ ...suite, test: runner, skip: { 'leaks no secret': ' ' } })).toThrow(/say why/);
});

const empty = { status: 200, headers: {}, body: { kind: 'json', value: { customers: [], next: null } } } as const;
