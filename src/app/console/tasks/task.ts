import type { ProgressEvent } from '../../progress-event.ts';
import type { Answer } from '../api/index.ts';

export type Task = Answer<'getTask'>;
export type TaskResult = NonNullable<Task['result']>;

/** What a task is handed while it works. */
export interface TaskContext {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
  /** Shows the page at which somebody is to sign in. */
  readonly onSignIn: (signIn: NonNullable<Task['signIn']>) => void;
  /** Nothing can prevent it from starting any more: whoever asked for it gets their answer. */
  readonly started: () => void;
}

export interface NewTask {
  readonly pipeline: string;
  readonly kind: Task['kind'];
  readonly by: string;
  work(context: TaskContext): Promise<TaskResult>;
}

/** Long acts: each has an id, and goes on when the page that began it is closed. */
export interface Tasks {
  /** Resolves once it has started; rejects with the reason why it could not, and then there is no task. */
  start(task: NewTask): Promise<Task>;
  find(id: string): Promise<Task | undefined>;
  list(query: {
    readonly before?: string | undefined;
    readonly pipeline?: string | undefined;
    readonly limit: number;
  }): Promise<readonly Task[]>;
  /** Asks it to stop, wherever it runs. Throws Refusal for one that is over. */
  cancel(id: string): Promise<void>;
  /** Those of this process. */
  runningHere(pipeline: string): readonly Task[];
  /** Stops all of this process, and waits for their ends. */
  close(): Promise<void>;
}
