import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './call.ts';
import { onEvent } from './events.ts';
import type { Event } from './types.ts';

/** What a page shows of one answer. While it is asked for again, the one before stays. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  reload(): void;
}

interface Options<T> {
  /** Says what is asked for: another key begins again, without the answer before. */
  readonly key: string;
  load(signal: AbortSignal): Promise<T>;
  /** Whether an event makes the answer old. `reset` always does. */
  isStale?(event: Event): boolean;
}

/** Many events in a row, such as those of a run, make one question. */
const quietMs = 500;

interface State<T> {
  readonly key: string;
  readonly value?: T;
  readonly error?: ApiError;
}

export function useResource<T>({ key, load, isStale }: Options<T>): Resource<T> {
  const [state, setState] = useState<State<T>>({ key });
  const [version, setVersion] = useState(0);
  const latest = useRef({ load, isStale });
  latest.current = { load, isStale };

  useEffect(() => {
    const gone = new AbortController();
    latest.current.load(gone.signal).then(
      (value) => !gone.signal.aborted && setState({ key, value }),
      (error: unknown) => {
        if (gone.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState((before) => (before.key === key ? { ...before, error } : { key, error }));
      },
    );
    return () => gone.abort();
  }, [key, version]);

  const reload = useCallback(() => setVersion((before) => before + 1), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = onEvent((event) => {
      if (event.kind !== 'reset' && !latest.current.isStale?.(event)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, quietMs);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [reload]);

  const current = state.key === key ? state : undefined;
  return { value: current?.value, error: current?.error, reload };
}

/** Whether something has ended or changed in a pipeline; its progress alone changes no counts. */
export function concerns(pipeline: string): (event: Event) => boolean {
  return (event) => {
    if (event.kind === 'task') return event.task.pipeline === pipeline && event.task.state !== 'running';
    return event.kind !== 'progress' && 'pipeline' in event && event.pipeline === pipeline;
  };
}
