import { expect, test } from 'vitest';
import { zendesk } from '../../src/connectors/zendesk/index.ts';
import type { ZendeskUser } from '../../src/connectors/zendesk/user.ts';
import { type CompleteSink, completeSink } from '../../src/core/complete-sink.ts';
import type { Known } from '../../src/core/domain/known.ts';
import type { Sink } from '../../src/core/domain/sink.ts';
import { sinkChecks } from '../../src/testing/index.ts';
import { zendeskSuite } from '../kit/twins/zendesk-suite.ts';

type Change = (good: CompleteSink<ZendeskUser>) => Partial<Sink<ZendeskUser>>;

/** The checks of Zendesk's sink with these parts in place of its own. */
function checksWith(change: Change) {
  const createSink: typeof zendesk.createSink = (options) => {
    const good = completeSink(zendesk.createSink(options), { title: zendesk.title, clock: options.clock });
    return { ...good, ...change(good) };
  };
  return sinkChecks({ ...zendeskSuite, connector: { ...zendesk, createSink } });
}

const nothing: Known = {
  outcomes: new Map(),
  links: new Map(),
  linksByUser: new Map(),
  linksByExternalId: new Map(),
  claimantsByEmail: new Map(),
  emailsByClaimant: new Map(),
  users: new Map(),
  usersByExternalId: new Map(),
  usersByEmail: new Map(),
  deadLetters: new Map(),
};

const hopes: Change = (good) => ({
  write: async ({ deliveries }) => deliveries.map((delivery) => good.simulate(delivery).outcome),
});

const bads: readonly { readonly who: string; readonly check: string; readonly bad: Change; readonly says: RegExp }[] = [
  {
    who: 'does not say who it is',
    check: 'says who it writes as',
    bad: () => ({ check: async () => ({ identity: '', lines: [] }) }),
    says: /no identity/,
  },
  {
    who: 'keeps what it means to do outside of the intent',
    check: 'decides and simulates without a request',
    bad: (good) => ({
      decide(mapped, known) {
        const decision = good.decide(mapped, known);
        if (decision.kind !== 'write') return decision;
        // What no compiler stops in a module that is not typed.
        const intent = { at: new Date(0) } as unknown as string;
        return { ...decision, delivery: { ...decision.delivery, intent } };
      },
    }),
    says: /An intent is not JSON/,
  },
  {
    who: 'answers in an order of its own',
    check: 'answers for every row, in its order',
    bad: (good) => ({ write: async (batch, context) => (await good.write(batch, context)).toReversed() }),
    says: /is that of k12|reported as/,
  },
  {
    who: 'believes that the job was accepted',
    check: 'answers for every row, in its order',
    bad: hopes,
    says: /refuses was reported as written/,
  },
  {
    who: 'decides by nothing that is known',
    check: 'writes nothing where nothing has changed, and only what has',
    bad: (good) => ({ decide: (mapped) => good.decide(mapped, nothing) }),
    says: /just written, 12 were not unchanged/,
  },
  {
    who: 'sends again what was left behind, without a look',
    check: 'finds out what became of a batch that was left behind, and writes nothing',
    bad: () => ({ recover: async ({ rows }) => rows.map(() => ({ kind: 'not-written' })) }),
    says: /whose results were lost, was found 12 rows: not-written/,
  },
  {
    who: 'takes the end of waiting for the end of the write',
    check: 'stops promptly on abort',
    bad: (good) => ({ write: async (batch, context) => await good.write(batch, context).catch(() => []) }),
    says: /went on as if nothing had happened/,
  },
  {
    who: 'says who asked, in full',
    check: 'leaks no secret',
    bad: (good) => ({
      async check(context) {
        return await good.check(context).catch((error: unknown) => {
          throw new Error(`sandbox-zendesk-secret was refused: ${error}`);
        });
      },
    }),
    says: /secret was logged or thrown/,
  },
];

test.each(bads)('a sink that $who fails "$check"', async ({ check, bad, says }) => {
  await expect(
    checksWith(bad)
      .find(({ name }) => name === check)
      ?.run(),
  ).rejects.toThrow(says);
});

const names = sinkChecks(zendeskSuite).map(({ name }) => name);

test.each(names.filter((name) => name.startsWith('survives each fault')))(
  'a sink that hopes for the best fails "%s"',
  async (name) => {
    const check = checksWith(hopes).find((one) => one.name === name);
    await expect(check?.run()).rejects.toThrow(/Reported as written, and not there: kit:account:1/);
  },
);

test('every check of a sink has one that fails it', () => {
  const failed = new Set(bads.map(({ check }) => check));
  expect(names.filter((name) => !failed.has(name) && !name.startsWith('survives each fault'))).toEqual([]);
});
