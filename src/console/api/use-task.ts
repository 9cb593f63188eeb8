import { useEffect, useRef } from 'preact/hooks';
import { isOperator } from '../session.ts';
import { ApiError } from './call.ts';
import { findTasks, tasks } from './tasks.ts';
import type { Task } from './types.ts';

/**
 * The newest task of these kinds that runs in a pipeline, or ran while the page was open: what came of it is news once, and
 * not on every page after it. Finds what others have begun, too. Viewers see no tasks.
 */
export function useTask(pipeline: string, kinds: readonly Task['kind'][]): Task | undefined {
  const mayAsk = isOperator.value;
  const seen = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!mayAsk) return;
    findTasks(pipeline).catch((error: unknown) => {
      // What the page itself asks for fails in the same way, and says so.
      if (!(error instanceof ApiError)) throw error;
    });
  }, [pipeline, mayAsk]);
  const ours = [...tasks.value.values()].filter((task) => task.pipeline === pipeline && kinds.includes(task.kind));
  const running = ours.filter(({ state }) => state === 'running').map(({ id }) => id);
  if (running.some((id) => !seen.current.has(id))) seen.current = new Set([...seen.current, ...running]);
  return ours.findLast(({ id }) => seen.current.has(id));
}
