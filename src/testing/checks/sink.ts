import { inspect, isDeepStrictEqual } from 'node:util';
import { defined } from '../../core/defined.ts';
import type { FaultRule } from '../../sandbox/server/fault-rule.ts';
import { assert, failureOf, withTimeout } from '../assert.ts';
import { createDriver, type Wanted } from '../sink-driver.ts';
import type { SinkTrial } from '../sink-trial.ts';

export interface SinkCheck {
  readonly name: string;
  run<P>(testContext: SinkTrial<P>): Promise<void>;
}

const rows = 12;

function wantedOf<P>({ options }: SinkTrial<P>, count = rows): readonly Wanted<P>[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${index + 1}`, payload: options.payload(index + 1) }));
}

const checkIdentity: SinkCheck = {
  name: 'says who it writes as',
  async run({ open, context }) {
    const { identity, lines } = await open().check(context());
    assert(identity.trim() !== '', 'check() returned no identity.');
    const wrong = lines.find(({ ok }) => ok === false);
    assert(!wrong, `check() found a fault on a good twin: ${wrong?.title}, ${wrong?.detail}.`);
  },
};

const decidesWithoutRequests: SinkCheck = {
  name: 'decides and simulates without a request',
  async run(testContext) {
    const sink = testContext.open();
    const { deliveries } = createDriver(sink).decide(wantedOf(testContext));
    assert(
      deliveries.length === rows,
      `Of ${rows} customers that nobody knows, ${deliveries.length} are to be written.`,
    );
    for (const delivery of deliveries) {
      assert(isDeepStrictEqual(JSON.parse(JSON.stringify(delivery.intent)), delivery.intent), 'An intent is not JSON.');
      const { outcome } = sink.simulate(delivery);
      assert(outcome.kind === 'written', `A write that nothing stands against is simulated as ${outcome.kind}.`);
    }
    sink.estimate({ rows: { create: rows, update: 0, delete: 0 }, calls: rows });
    assert(
      testContext.proxy.count() === 0,
      `${testContext.proxy.count()} requests were sent before anything was written.`,
    );
  },
};

const answersForEveryRow: SinkCheck = {
  name: 'answers for every row, in its order',
  async run(testContext) {
    const { open, context, options, twin } = testContext;
    const sink = open();
    const driver = createDriver(sink);
    const wanted = wantedOf(testContext);
    const middle = rows / 2;
    const given = wanted.map((row, index) => (index === middle ? { ...row, payload: options.refused } : row));
    const { deliveries } = driver.decide(given);
    const outcomes = await sink.write(driver.batchOf(deliveries), context());
    assert(outcomes.length === deliveries.length, `${deliveries.length} rows, and ${outcomes.length} outcomes.`);
    for (const [index, outcome] of outcomes.entries()) {
      const key = deliveries[index]?.key;
      if (key === wanted[middle]?.key) {
        assert(outcome.kind !== 'written', 'A row that the destination refuses was reported as written.');
        continue;
      }
      assert(outcome.kind === 'written', `Next to a row that is refused, ${key} was reported as ${outcome.kind}.`);
      assert(outcome.link.key === key, `The outcome in the place of ${key} is that of ${outcome.link.key}.`);
    }
    const expected = wanted.filter((_, index) => index !== middle).map(({ payload }) => sink.externalId(payload));
    assertUsers(twin.externalIds(), expected);
  },
};

const writesNothingTwice: SinkCheck = {
  name: 'writes nothing where nothing has changed, and only what has',
  async run(testContext) {
    const { open, context, options } = testContext;
    const driver = createDriver(open());
    const wanted = wantedOf(testContext);
    await driver.settle(wanted, context());
    const again = await driver.settle(wanted, context());
    const unchanged = [...again.values()].filter((kind) => kind === 'unchanged').length;
    assert(unchanged === rows, `Of ${rows} customers that were just written, ${rows - unchanged} were not unchanged.`);
    const renamed = wanted.map((row, index) => (index === 0 ? { ...row, payload: options.renamed(row.payload) } : row));
    const { deliveries } = driver.decide(renamed);
    assert(deliveries.length === 1, `One customer was renamed, and ${deliveries.length} are to be written.`);
    const ended = await driver.settle(renamed, context());
    assert(ended.get('k1') === 'written', `A customer that was renamed came to ${ended.get('k1')}.`);
    assertUsers(
      testContext.twin.externalIds(),
      wanted.map(({ payload }) => open().externalId(payload)),
    );
  },
};

const recovers: SinkCheck = {
  name: 'finds out what became of a batch that was left behind, and writes nothing',
  async run(testContext) {
    const { open, context, jobs, twin } = testContext;
    const first = open();
    const driver = createDriver(first);
    const { deliveries } = driver.decide(wantedOf(testContext));
    const batch = driver.batchOf(deliveries);
    const left = {
      id: batch.id,
      run: 'run',
      operation: batch.operation,
      rows: deliveries.map(({ key, intent }) => ({ key, delivery: JSON.parse(JSON.stringify(intent)) })),
      requestedAt: batch.requestedAt,
    };
    const before = await open().recover(left, context());
    assert(
      before.length === rows && before.every(({ kind }) => kind === 'not-written'),
      `A batch that was never sent was found ${kindsOf(before)}.`,
    );
    assertUsers(twin.externalIds(), []);
    await first.write(batch, context());
    const there = [...twin.externalIds()];
    const [jobId] = jobs;
    const after = await open().recover({ ...left, ...defined({ jobId }) }, context());
    assert(
      after.length === rows && after.every(({ kind }) => kind === 'written'),
      `A batch that was written, and whose results were lost, was found ${kindsOf(after)}.`,
    );
    assertUsers(twin.externalIds(), there);
  },
};

const checkAbort: SinkCheck = {
  name: 'stops promptly on abort',
  async run(testContext) {
    const { open, context, proxy } = testContext;
    const sink = open();
    await sink.check(context());
    const driver = createDriver(sink);
    const stop = new AbortController();
    proxy.faults.add({ fault: 'hang' });
    const before = proxy.count();
    const { deliveries } = driver.decide(wantedOf(testContext));
    const write = failureOf('A write that was aborted', sink.write(driver.batchOf(deliveries), context(stop.signal)));
    while (proxy.count() === before) await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort(new Error('The run was asked to stop.'));
    await withTimeout('A write that was aborted while it waited for a reply', write);
  },
};

const checkNoSecretLeak: SinkCheck = {
  name: 'leaks no secret',
  async run(testContext) {
    const { open, context, proxy, secrets } = testContext;
    const said: string[] = [];
    await createDriver(open()).settle(wantedOf(testContext), context());
    for (const status of [400, 401, 403, 500]) {
      proxy.refuse(status);
      const error = await failureOf(`Every request answered with ${status}`, open().check(context()));
      said.push(inspect(error, { depth: 8, showHidden: true }));
    }
    const text = [...said, testContext.logged()].join('\n');
    const used = [...proxy.credentials()].filter((credential) => credential.length > 5);
    for (const secret of [...secrets, ...used]) assert(!text.includes(secret), 'A secret was logged or thrown.');
    assert(
      used.every((credential) => secrets.has(credential)),
      'A credential was sent that the redactor does not know.',
    );
  },
};

const faults: readonly { readonly name: string; readonly rule: FaultRule }[] = [
  { name: '429 with Retry-After', rule: { fault: '429', retryAfterSeconds: 2 } },
  { name: '503', rule: { fault: '503' } },
  { name: '502 in HTML', rule: { fault: 'html' } },
  { name: '500 in plain text', rule: { fault: 'text' } },
  { name: 'a connection reset before the request was taken', rule: { fault: 'reset-before' } },
  { name: 'a connection reset after the request was taken', rule: { fault: 'reset-after' } },
  { name: 'a reply cut off half-way', rule: { fault: 'truncated' } },
];

/** Every second request meets the fault, and in the end each customer is there, once. */
const survives: readonly SinkCheck[] = faults.map(({ name, rule }) => ({
  name: `survives each fault: ${name}`,
  async run(testContext) {
    const { open, context, proxy, twin } = testContext;
    const sink = open();
    await sink.check(context());
    proxy.faults.add({ ...rule, every: 2 });
    const wanted = wantedOf(testContext);
    const ended = await createDriver(sink).settle(wanted, context());
    proxy.faults.clear();
    const done = [...ended.values()].filter((kind) => kind === 'written' || kind === 'unchanged').length;
    assert(done === rows, `Of ${rows} customers ${done} were written: ${[...new Set(ended.values())].join(', ')}.`);
    assertUsers(
      twin.externalIds(),
      wanted.map(({ payload }) => sink.externalId(payload)),
    );
  },
}));

export const allSinkChecks: readonly SinkCheck[] = [
  checkIdentity,
  decidesWithoutRequests,
  answersForEveryRow,
  writesNothingTwice,
  recovers,
  ...survives,
  checkAbort,
  checkNoSecretLeak,
];

function assertUsers(found: readonly string[], expected: readonly string[]): void {
  const twice = found.filter((id, index) => found.indexOf(id) !== index);
  assert(twice.length === 0, `There twice: ${twice.slice(0, 3).join(', ')}.`);
  const missing = expected.filter((id) => !found.includes(id));
  assert(missing.length === 0, `Reported as written, and not there: ${missing.slice(0, 3).join(', ')}.`);
  const strange = found.filter((id) => !expected.includes(id));
  assert(strange.length === 0, `There, and not meant to be: ${strange.slice(0, 3).join(', ')}.`);
}

function kindsOf(outcomes: readonly { readonly kind: string }[]): string {
  return `${outcomes.length} rows: ${[...new Set(outcomes.map(({ kind }) => kind))].join(', ')}`;
}
