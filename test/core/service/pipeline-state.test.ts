import { expect, test } from 'vitest';
import type { Trigger } from '../../../src/core/service/events.ts';
import type { RunRequestResult } from '../../../src/core/service/managed-pipeline.ts';
import {
  enqueue,
  finish,
  idle,
  inFlightOf,
  isBusy,
  nextRun,
  type PipelineState,
  plannedRetry,
  queuedRuns,
  start,
  stop,
} from '../../../src/core/service/pipeline-state.ts';
import type { QueuedRun } from '../../../src/core/service/queued-run.ts';
import { reportOf } from '../../kit/service/supervising.ts';

const minuteMs = 60_000;
const now = Date.UTC(2026, 10, 23, 12);
const completed: RunRequestResult = { kind: 'ended', report: reportOf('customers') };
const unavailable: RunRequestResult = { kind: 'rejected', code: 'unavailable', exitCode: 4, message: 'Down.' };
const unauthorized: RunRequestResult = { kind: 'rejected', code: 'invalid-grant', exitCode: 3, message: 'Refused.' };

let order = 0;
function run(trigger: Trigger, keys?: readonly string[], more: Partial<QueuedRun> = {}): QueuedRun {
  order += 1;
  return { trigger, keys: keys && new Set(keys), full: false, order, requesters: [], ...more };
}

const queued = enqueue(idle, run('schedule'));
const running = start(queued, now);
const retrying = finish(running, unavailable, now);

test('idle, queued, running and idle again', () => {
  expect([idle, queued, running, finish(running, completed, now)].map(({ kind }) => kind)).toEqual([
    'idle',
    'queued',
    'running',
    'idle',
  ]);
  expect(inFlightOf(running)).toMatchObject({ run: { trigger: 'schedule' }, since: now });
});

test('only what waits can start, and only what is in flight can end', () => {
  for (const state of [idle, retrying, running, stop(idle)]) {
    expect(nextRun(state)).toBeUndefined();
    expect(start(state, now)).toBe(state);
  }
  for (const state of [idle, retrying, queued]) expect(finish(state, completed, now)).toBe(state);
});

test('a run of everything starts before one of some keys, and neither replaces the other', () => {
  const both = enqueue(enqueue(idle, run('change', ['1'])), run('manual'));
  const first = start(both, now);
  expect(inFlightOf(first)?.run.trigger).toBe('manual');
  const next = finish(first, completed, now);
  expect(nextRun(next)?.keys).toEqual(new Set(['1']));
});

test('requests of one kind merge into the one that waits: all keys, full if one asks for it, every requester answered', () => {
  const answered: string[] = [];
  const one = run('change', ['1'], { requesters: [() => answered.push('one')] });
  const two = run('manual', ['2', '1'], { full: true, requesters: [() => answered.push('two')] });
  const merged = nextRun(enqueue(enqueue(idle, one), two));
  expect(merged).toMatchObject({ trigger: 'change', full: true, order: one.order });
  expect(merged?.keys).toEqual(new Set(['1', '2']));
  for (const answer of merged?.requesters ?? []) answer(completed);
  expect(answered).toEqual(['one', 'two']);
});

test('what is queued during a run starts after it, not with it', () => {
  const more = enqueue(running, run('catch-up'));
  expect(more.kind).toBe('running');
  expect(nextRun(more)).toBeUndefined();
  expect(queuedRuns(more).map(({ trigger }) => trigger)).toEqual(['catch-up']);
  expect(finish(more, completed, now).kind).toBe('queued');
});

test('a failure that may pass is retried after 1, 2, 4, … minutes, at most an hour; a success ends that', () => {
  let state: PipelineState = running;
  const delays: number[] = [];
  for (let failed = 0; failed < 8; failed += 1) {
    state = finish(state, unavailable, now);
    delays.push(((plannedRetry(state)?.at ?? 0) - now) / minuteMs);
    state = start(enqueue(state, run('schedule')), now);
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  state = start(enqueue(finish(state, completed, now), run('schedule')), now);
  expect(plannedRetry(finish(state, unavailable, now))).toMatchObject({ at: now + minuteMs, attempts: 1 });
});

test('a state file in use is retried; what a person must mend is not', () => {
  expect(finish(running, { ...unavailable, code: 'locked', exitCode: 6 }, now).kind).toBe('retrying');
  expect(finish(running, unauthorized, now).kind).toBe('idle');
  expect(finish(running, { kind: 'dropped' }, now).kind).toBe('idle');
});

test('a run of some keys neither cancels a planned retry nor plans one', () => {
  const some = start(enqueue(retrying, run('change', ['1'])), now);
  expect(plannedRetry(some)).toEqual(plannedRetry(retrying));
  expect(finish(some, completed, now)).toEqual(retrying);
  const fresh = start(enqueue(idle, run('change', ['1'])), now);
  expect(finish(fresh, unavailable, now)).toEqual(idle);
});

test('a retry waits for nothing while a run of everything is queued or in flight', () => {
  const sooner = enqueue(retrying, run('manual'));
  for (const state of [sooner, start(sooner, now)]) {
    expect(isBusy(state)).toBe(true);
    expect(plannedRetry(state)).toBeUndefined();
  }
});

test('a pipeline that was stopped lets its run end, and takes no other', () => {
  const ending = stop(enqueue(running, run('change', ['1'])));
  expect(ending).toMatchObject({ kind: 'stopped', inFlight: { since: now } });
  expect(isBusy(ending)).toBe(true);
  expect(queuedRuns(ending)).toEqual([]);
  const ended = finish(ending, unavailable, now);
  expect(ended).toEqual({ kind: 'stopped', inFlight: undefined });
  for (const state of [enqueue(ended, run('manual')), start(ended, now), stop(ended)]) expect(state).toBe(ended);
  for (const state of [idle, queued, retrying]) expect(stop(state)).toEqual(ended);
});
