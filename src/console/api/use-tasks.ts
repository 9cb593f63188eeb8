import { useEffect } from 'preact/hooks';
import { isOperator } from '../session.ts';
import { ApiError } from './call.ts';
import { findTasks } from './tasks.ts';

/** Finds what others have begun in a pipeline, too. Viewers see no tasks. */
export function useTasksOf(pipeline: string): void {
  const mayAsk = isOperator.value;
  useEffect(() => {
    if (!mayAsk) return;
    findTasks(pipeline).catch((error: unknown) => {
      // What the page itself asks for fails in the same way, and says so.
      if (!(error instanceof ApiError)) throw error;
    });
  }, [pipeline, mayAsk]);
}
