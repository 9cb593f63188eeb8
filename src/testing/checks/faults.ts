import type { FaultRule } from '../../sandbox/server/fault-rule.ts';
import { assert, describe, exitCodeOf, failureOf } from '../assert.ts';
import { assertAll, createSnapshot, readInto } from '../reading.ts';
import { type Check, lacksApi } from './check.ts';

interface Fault {
  readonly name: string;
  readonly rule: FaultRule;
  /** The twin acted and the reply never came. Of a token that is renewed, nothing then is left to go on with. */
  readonly losesReply: boolean;
}

const faults: readonly Fault[] = [
  { name: '429 with Retry-After', rule: { fault: '429', retryAfterSeconds: 7 }, losesReply: false },
  { name: '429 without Retry-After', rule: { fault: '429' }, losesReply: false },
  { name: '500', rule: { fault: '500' }, losesReply: false },
  { name: '503 with Retry-After', rule: { fault: '503', retryAfterSeconds: 3 }, losesReply: false },
  { name: '500 in plain text', rule: { fault: 'text' }, losesReply: false },
  { name: '502 in HTML', rule: { fault: 'html' }, losesReply: false },
  { name: 'a connection reset before the request was taken', rule: { fault: 'reset-before' }, losesReply: false },
  { name: 'a connection reset after the request was taken', rule: { fault: 'reset-after' }, losesReply: true },
  { name: 'a reply cut off half-way', rule: { fault: 'truncated' }, losesReply: true },
  { name: 'a reply that never comes', rule: { fault: 'hang' }, losesReply: true },
  { name: 'a slow reply', rule: { fault: 'slow', delayMs: 20 }, losesReply: true },
];

/** A time-out that a test can wait for. Only where no reply comes: a busy machine may take as long for one. */
const briefMs = 500;

/** Every request of a scan meets the fault once, and everything is read all the same. */
export function faultChecks(): readonly Check[] {
  return faults.map(({ name, rule, losesReply }) => ({
    name: `survives each fault: ${name}`,
    pages: 2,
    lacks: lacksApi,
    async run({ twin, proxy, clock, open, context }) {
      const source = open(rule.fault === 'hang' ? { replyMs: briefMs } : {});
      if (losesReply) await source.check(context());
      // The first, then every second one: what follows a struck request is its repeat.
      proxy?.faults.add({ ...rule, nth: 1 });
      // One reply that never comes is enough to wait for.
      if (rule.fault !== 'hang') proxy?.faults.add({ ...rule, every: 2 });
      const asleep = clock.slept.length;
      const snapshot = createSnapshot();
      await readInto(snapshot, source, { from: undefined, context: context() });
      assertAll(snapshot, twin.keys(), `With every request struck by ${name}`);
      if (rule.fault !== '429') return;
      assert(
        source.counters.throttled > 0,
        'The source did not count its refusals: the report would say that there were none.',
      );
      const waited = Math.max(0, ...clock.slept.slice(asleep));
      const asked = (rule.retryAfterSeconds ?? 1) * 1000;
      assert(waited >= asked, `The source was refused with 429 and waited ${waited} ms where ${asked} was due.`);
    },
  }));
}

const enough = 200;

/** Waiting does not help against these: the run ends, with the exit code that says what to do. */
export const checkPermanentFailure: Check = {
  name: 'ends the run where waiting does not help',
  pages: 2,
  lacks: lacksApi,
  async run({ proxy, open, context }) {
    for (const [status, code] of [
      [401, 3],
      [403, 3],
      [503, 4],
    ] as const) {
      const source = open();
      proxy?.faults.clear();
      await source.check(context());
      proxy?.faults.add({ fault: String(status) });
      const before = proxy?.count() ?? 0;
      const what = `Every request was answered with ${status}`;
      const error = await failureOf(what, readInto(createSnapshot(), source, { from: undefined, context: context() }));
      assert(
        exitCodeOf(error) === code,
        `${what}, and the read ended with ${describe(error)} instead of exit ${code}.`,
      );
      const sent = (proxy?.count() ?? 0) - before;
      assert(sent <= enough, `${what}, and the source sent ${sent} requests before it gave up.`);
    }
  },
};
