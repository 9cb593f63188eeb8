import { expect, test } from 'vitest';
import type { JobStatus } from '../../../src/connectors/zendesk/api/api-schemas.ts';
import type { BulkReply } from '../../../src/connectors/zendesk/api/calls.ts';
import { createJobGate } from '../../../src/connectors/zendesk/jobs/job-gate.ts';
import { createJobTracker } from '../../../src/connectors/zendesk/jobs/job-tracker.ts';
import { runJob } from '../../../src/connectors/zendesk/jobs/run-job.ts';
import { withSlot } from '../../../src/connectors/zendesk/jobs/with-slot.ts';
import { createAmbiguousWriteBackoff } from '../../../src/connectors/zendesk/write/ambiguous-writes.ts';
import type { WriteDependencies } from '../../../src/connectors/zendesk/write/write-dependencies.ts';
import { defined } from '../../../src/core/defined.ts';
import { AuthError, TransientError } from '../../../src/core/domain/errors.ts';
import { createContext, noon, quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const lost = () => new TransientError('no reply', { effect: 'unknown' });
const done = (id: string) => ({ id, status: 'completed', results: [] });

/** A gate and a tracker over an account whose jobs the test plays. */
function createFloor({
  most = 20,
  jobs = (ids: readonly string[]): readonly JobStatus[] => ids.map(done),
  listed = [] as readonly JobStatus[],
} = {}) {
  const time = createTestClock({ moves: 'by-hand' });
  const { clock } = time;
  const api = { jobStatuses: async (ids: readonly string[]) => jobs(ids), listJobs: async () => listed };
  const tracker = createJobTracker({ api, clock, log: quiet });
  const gate = createJobGate(most);
  // No waiting next to what the job itself asks for.
  const ambiguousWrites = createAmbiguousWriteBackoff({ clock, random: () => 0 });
  // Of the tools, running a job needs these.
  const dependencies = {
    api,
    tracker,
    gate,
    clock,
    log: quiet,
    ambiguousWrites,
    onFailpoint: () => undefined,
  } as unknown as WriteDependencies;
  const started: string[] = [];
  const run = (send: () => Promise<BulkReply>, signal?: AbortSignal, sending?: AbortSignal) =>
    runJob(dependencies, send, {
      ...createContext(signal).context,
      ...defined({ sending }),
      jobStarted: async (jobId) => {
        started.push(jobId);
      },
    });
  return { ...time, dependencies, run, started, after: () => clock.now() - noon };
}

/** Answers in turn; the last one for good. */
function answers(...replies: readonly (BulkReply | Error)[]) {
  let sent = 0;
  const send = async (): Promise<BulkReply> => {
    const reply = replies[Math.min(sent, replies.length - 1)] ?? new Error('no answer');
    sent += 1;
    if (reply instanceof Error) throw reply;
    return reply;
  };
  return { send, sent: () => sent };
}

const job = (jobId: string): BulkReply => ({ kind: 'job', jobId });
const shrink: BulkReply = { kind: 'too-many-jobs' };

test('the job’s id is reported before its end is waited for', async () => {
  const { run, until, started } = createFloor({
    jobs: (ids) => {
      expect(started).toEqual(['V3-1']);
      return ids.map(done);
    },
  });
  expect(await until(run(answers(job('V3-1')).send))).toEqual({ kind: 'ended', isWhole: true, results: [] });
});

test('no more jobs are in flight than the gate lets in, in order of arrival', async () => {
  let inFlight = 0;
  let most = 0;
  const { run, until, started } = createFloor({
    most: 2,
    jobs: (ids) => {
      most = Math.max(most, ids.length);
      return ids.map(done);
    },
  });
  const send = (id: string) => async (): Promise<BulkReply> => {
    inFlight += 1;
    return job(id);
  };
  await until(Promise.all(['V3-1', 'V3-2', 'V3-3', 'V3-4', 'V3-5'].map((id) => run(send(id)))));
  expect({ inFlight, most, started }).toEqual({
    inFlight: 5,
    most: 2,
    started: ['V3-1', 'V3-2', 'V3-3', 'V3-4', 'V3-5'],
  });
});

test('when a job ends, the batch that waits for its slot is sent before the results of the job are read', async () => {
  const { run, until } = createFloor({ most: 1 });
  const happened: string[] = [];
  const first = run(answers(job('V3-1')).send).then(() => happened.push('results V3-1'));
  const second = run(async () => {
    // As long as it takes to build a request and to hand it over.
    for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
    happened.push('sent V3-2');
    return job('V3-2');
  });
  await until(Promise.all([first, second]));
  expect(happened).toEqual(['sent V3-2', 'results V3-1']);
});

test('too many jobs: one of ours that ends makes room at once', async () => {
  const { run, until, after } = createFloor({ jobs: (ids) => ids.map(done) });
  const first = run(answers(job('V3-1')).send);
  const second = answers(shrink, job('V3-2'));
  expect(await until(Promise.all([first, run(second.send)]))).toMatchObject([{ kind: 'ended' }, { kind: 'ended' }]);
  expect(second.sent()).toBe(2);
  expect(after()).toBeLessThan(1_000);
});

test('too many jobs, none of them ours: it is tried again after a while', async () => {
  const { run, until, after } = createFloor();
  const one = answers(shrink, shrink, job('V3-1'));
  expect(await until(run(one.send))).toMatchObject({ kind: 'ended' });
  expect(one.sent()).toBe(3);
  expect(after()).toBeGreaterThanOrEqual(10_000);
});

test('too many jobs for all of our batches at once, while others fill the account: none waits for the other for ever', async () => {
  const { run, until } = createFloor();
  const batches = [1, 2, 3].map((number) => answers(shrink, shrink, job(`V3-${number}`)));
  expect(await until(Promise.all(batches.map(({ send }) => run(send))))).toMatchObject([
    { kind: 'ended' },
    { kind: 'ended' },
    { kind: 'ended' },
  ]);
});

test('after too many jobs fewer are sent at once, and every end wins a place back', async () => {
  const gate = createJobGate(5);
  const ends: (() => void)[] = [];
  const enter = (): Promise<void> => gate.run(() => new Promise((resolve) => ends.push(resolve)));
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  const first = [enter(), enter(), enter()];
  // Two others are in flight: that is what we make do with.
  gate.shrink();
  const more = [enter(), enter(), enter(), enter()];
  const entered: number[] = [];
  for (let ended = 0; ended < 4; ended += 1) {
    await turn();
    entered.push(ends.length);
    ends[ended]?.();
  }
  expect(entered).toEqual([3, 4, 6, 7]);
  await turn();
  for (const end of ends) end();
  await Promise.all([...first, ...more]);
});

test('pipelines that share an account take turns for a slot, however many jobs one of them has waiting', async () => {
  const gate = createJobGate(1);
  const order: string[] = [];
  const enter = (turn: string): Promise<void> =>
    gate.run(async () => {
      order.push(turn);
    }, turn);
  await Promise.all([enter('large'), enter('large'), enter('large'), enter('large'), enter('small')]);
  expect(order.indexOf('small')).toBeLessThan(3);
});

test('a batch that waits for a slot when nothing more may be sent is not sent', async () => {
  const { run, until } = createFloor({ most: 1 });
  const stop = new AbortController();
  const [first, second] = [answers(job('V3-1')), answers(job('V3-2'))];
  const sent = run(first.send, undefined, stop.signal);
  const waiting = expect(run(second.send, undefined, stop.signal)).rejects.toThrow('stopped');
  stop.abort(new Error('stopped'));
  expect(await until(sent)).toMatchObject({ kind: 'ended' });
  await waiting;
  expect([first.sent(), second.sent()]).toEqual([1, 0]);
});

test('what Zendesk has refused because of too many jobs is not sent again once nothing more may be sent', async () => {
  const { run, until, settle } = createFloor();
  const stop = new AbortController();
  const one = answers(shrink, job('V3-1'));
  const waiting = run(one.send, undefined, stop.signal);
  await settle();
  stop.abort(new Error('stopped'));
  await expect(until(waiting)).rejects.toThrow('stopped');
  expect(one.sent()).toBe(1);
});

test('a look just before a job is taken when there is a slot for the job, and the job takes that slot', async () => {
  const happened: string[] = [];
  const { dependencies, run, until } = createFloor({
    most: 1,
    jobs: (ids) => {
      happened.push(`end ${ids.join()}`);
      return ids.map(done);
    },
  });
  const sends = (id: string) => async (): Promise<BulkReply> => {
    happened.push(`send ${id}`);
    return job(id);
  };
  const first = run(sends('V3-1'));
  const second = withSlot(dependencies, undefined, async (held) => {
    happened.push('look');
    await runJob(held, sends('V3-2'), { ...createContext().context, jobStarted: async () => undefined });
    await runJob(held, sends('V3-3'), { ...createContext().context, jobStarted: async () => undefined });
  });
  await until(Promise.all([first, second]));
  expect(happened).toEqual(['send V3-1', 'end V3-1', 'look', 'send V3-2', 'end V3-2', 'send V3-3', 'end V3-3']);
});

test('a look that needs no job gives its slot back', async () => {
  const { dependencies, run, until } = createFloor({ most: 1 });
  await withSlot(dependencies, undefined, async () => undefined);
  await expect(withSlot(dependencies, undefined, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(withSlot(dependencies, AbortSignal.abort(new Error('stopped')), async () => 1)).rejects.toThrow(
    'stopped',
  );
  expect(await until(run(answers(job('V3-1')).send))).toMatchObject({ kind: 'ended' });
});

test('a job that is gone is lost: its users must be looked at', async () => {
  const { run, until } = createFloor({ jobs: () => [] });
  expect(await until(run(answers(job('V3-1')).send))).toEqual({ kind: 'lost' });
});

test('a job that does not move halts the run, and frees its place', async () => {
  let stuck = true;
  const { run, until } = createFloor({
    most: 1,
    jobs: (ids) => ids.map((id) => (stuck ? { id, status: 'working', progress: 3 } : done(id))),
  });
  await expect(until(run(answers(job('V3-1')).send))).rejects.toMatchObject({ code: 'job-stuck', exitCode: 4 });
  stuck = false;
  expect(await until(run(answers(job('V3-2')).send))).toMatchObject({ kind: 'ended' });
});

test('a lost reply waits for every open job that may be its own, and for no other', async () => {
  const open = new Map([
    ['V3-8', 2],
    ['V3-9', 4],
  ]);
  const looked: string[][] = [];
  const { run, until } = createFloor({
    listed: [
      { id: 'V3-7', status: 'completed' },
      { id: 'V3-8', status: 'queued' },
      { id: 'V3-9', status: 'working' },
    ],
    jobs: (ids) => {
      looked.push([...ids]);
      return ids.map((id) => {
        const left = (open.get(id) ?? 0) - 1;
        open.set(id, left);
        return { id, status: left > 0 ? 'working' : 'completed' };
      });
    },
  });
  expect(await until(run(answers(lost()).send))).toEqual({ kind: 'lost' });
  expect(looked).toEqual([['V3-8', 'V3-9'], ['V3-8', 'V3-9'], ['V3-9'], ['V3-9']]);
});

test('a lost reply whose job never ends halts the run after ten minutes', async () => {
  const { run, until, after } = createFloor({
    listed: [{ id: 'V3-9', status: 'working' }],
    jobs: (ids) => ids.map((id) => ({ id, status: 'working' })),
  });
  await expect(until(run(answers(lost()).send))).rejects.toMatchObject({ code: 'job-stuck' });
  expect(after()).toBeGreaterThan(600_000);
  expect(after()).toBeLessThan(660_000);
});

test.each([['bulk import is off', { kind: 'forbidden' } as const, { kind: 'forbidden' }]])(
  '%s: reported as it is',
  async (_, reply, end) => {
    const { run, until } = createFloor();
    expect(await until(run(answers(reply).send))).toEqual(end);
  },
);

test.each([
  ['credentials are refused', new AuthError('refused')],
  ['nothing was sent', new TransientError('refused connection', { effect: 'not-sent' })],
])('where %s the error flies, and the place is free for the next', async (_, error) => {
  const { run, until } = createFloor({ most: 1 });
  await expect(until(run(answers(error).send))).rejects.toBe(error);
  expect(await until(run(answers(job('V3-1')).send))).toMatchObject({ kind: 'ended' });
});
