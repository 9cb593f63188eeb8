import { InterruptedError, RolodeskError } from '../../../core/domain/errors.ts';
import type { Random } from '../access/secrets.ts';
import { failureOf, Refusal } from '../refusal.ts';
import { newId } from './ids.ts';
import { createProgressView } from './progress.ts';
import { createRunningTasks, type RunningTask, type TaskPorts } from './running-tasks.ts';
import { taskFrom } from './stored-task.ts';
import type { NewTask, Task, TaskContext, Tasks } from './task.ts';

/** Progress is kept and reported at most so often. */
const progressMs = 1_000;
const maxRunning = 8;

type Ports = TaskPorts & { readonly random: Random; readonly signal: AbortSignal };
type RunningTasks = ReturnType<typeof createRunningTasks>;

export function createTasks(ports: Ports): Tasks {
  const { store, clock } = ports;
  const running = createRunningTasks(ports);

  async function find(id: string): Promise<Task | undefined> {
    const here = running.get(id);
    if (here) return here.task;
    const document = await store.document('task', id);
    return document && taskFrom(document.value, clock.now());
  }

  return {
    start: (task) => start(ports, running, task),
    find,
    async list(query) {
      const found = await store.documents('task', query);
      return found.flatMap(({ id, value }) => running.get(id)?.task ?? taskFrom(value, clock.now()) ?? []);
    },
    async cancel(id) {
      const here = running.get(id);
      if (here) return here.stop.abort(new InterruptedError());
      const task = await find(id);
      if (!task) throw new Refusal(404, 'no-task', `There is no task ${id}.`);
      if (task.state !== 'running') throw new Refusal(409, 'ended', 'The task has ended already.');
      // The worker that has it looks for this.
      await store.saveDocument({ kind: 'cancel', id, pipeline: task.pipeline, value: null });
    },
    runningHere: (pipeline) =>
      running.all().flatMap(({ task }) => (task.pipeline === pipeline && task.state === 'running' ? [task] : [])),
    async close() {
      const all = running.all();
      for (const { stop } of all) stop.abort(new InterruptedError());
      await Promise.all(all.map(({ ended }) => ended));
      await running.saved();
    },
  };
}

async function start(ports: Ports, running: RunningTasks, { pipeline, kind, by, work }: NewTask): Promise<Task> {
  const { clock, random } = ports;
  if (running.all().length >= maxRunning)
    throw new Refusal(503, 'too-many-tasks', 'Too many tasks are in progress.', 'Wait for one to end.');
  const now = clock.now();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const { promise: begun, resolve: started } = Promise.withResolvers<void>();
  const entry: RunningTask = {
    task: {
      ...{ id: newId(now, random), pipeline, kind, by, state: 'running', startedAt: new Date(now).toISOString() },
      ...{ finishedAt: null, progress: null, result: null, error: null },
    },
    stop: new AbortController(),
    over: new AbortController(),
    ended,
    savedAt: clock.elapsed(),
  };
  const over = follow(ports, running, { entry, working: work(contextOf(ports, running, { entry, started })) }).finally(
    end,
  );
  // Before it has started, its failure is the answer; afterwards it is a part of the task.
  await Promise.race([begun, over]);
  return entry.task;
}

function contextOf(
  { clock, signal }: Ports,
  running: RunningTasks,
  { entry, started }: { readonly entry: RunningTask; readonly started: () => void },
): TaskContext {
  const { id } = entry.task;
  const view = createProgressView(clock);
  return {
    id,
    signal: AbortSignal.any([signal, entry.stop.signal]),
    started() {
      if (!running.has(id)) running.begin(entry);
      started();
    },
    onProgress(event) {
      entry.task = { ...entry.task, progress: view(event) };
      if (running.has(id) && clock.elapsed() - entry.savedAt >= progressMs) void running.save(entry);
    },
    onSignIn(signIn) {
      entry.task = { ...entry.task, signIn };
      if (running.has(id)) void running.save(entry);
    },
  };
}

/** Rejects where the task could not start: then there is none. */
async function follow(
  { host, log }: Ports,
  running: RunningTasks,
  { entry, working }: { readonly entry: RunningTask; readonly working: ReturnType<NewTask['work']> },
): Promise<void> {
  const { id } = entry.task;
  try {
    const result = await working;
    if (!running.has(id)) running.begin(entry);
    await running.finish(entry, { state: 'done', result });
  } catch (error) {
    if (!running.has(id)) throw error;
    if (!(error instanceof RolodeskError || error instanceof Refusal)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ task: id, reason: host.redactor.redact(text) }, 'a task of the console failed');
    }
    const { status: _, ...failure } = failureOf(error, host);
    await running.finish(entry, { state: entry.stop.signal.aborted ? 'cancelled' : 'failed', error: failure });
  }
}
