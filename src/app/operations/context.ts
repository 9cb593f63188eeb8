import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { Host } from '../host.ts';
import { open } from '../pipeline/compose.ts';
import type { OpenOptions, PipelineParts } from '../pipeline/pipeline-parts.ts';
import type { ProgressEvent } from '../progress-event.ts';
import type { Settings } from '../settings.ts';

/**
 * What every operation works with. It opens what it needs, and closes it when it is done. `Progress` is the type of its
 * progress events.
 */
export interface OperationContext<Progress extends ProgressEvent = never> {
  readonly settings: Settings;
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  /** Asks the operation to stop. */
  readonly signal: AbortSignal;
  /** Called at most every 100 ms. */
  readonly onProgress?: (event: Progress) => void;
  /** In place of what the connectors have by themselves, and what is shared with other pipelines of the process. */
  readonly ports?: Pick<OpenOptions, 'sourceLimits' | 'replyMs' | 'onFailpoint' | 'budgets' | 'lease'>;
}

type How = Pick<OpenOptions, 'write' | 'online' | 'allowInvalidMapping' | 'run'>;

export const readOnly = { write: false, online: false } as const;

/** Opens the pipeline, does the work, closes it. */
export async function withParts<T>(
  context: OperationContext,
  how: How,
  work: (parts: PipelineParts) => Promise<T>,
): Promise<T> {
  const parts = await openParts(context, how);
  try {
    return await work(parts);
  } finally {
    await parts.close();
  }
}

/** Like `withParts`, for a result that reads from the open pipeline: closing the result closes the pipeline. */
export async function keepingParts<T extends { close(): Promise<void> | void }>(
  context: OperationContext,
  how: How,
  work: (parts: PipelineParts) => Promise<T>,
): Promise<Omit<T, 'close'> & Closeable> {
  const parts = await openParts(context, how);
  try {
    const result = await work(parts);
    const close = async (): Promise<void> => {
      await result.close();
      await parts.close();
    };
    return { ...result, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** A result that keeps the state open. Until it is closed, no other run can start. */
export interface Closeable {
  /** May be called more than once. */
  close(): Promise<void>;
  /** `await using` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}

function openParts({ settings, host, log, clock, signal, ports }: OperationContext, how: How): Promise<PipelineParts> {
  return open({ ...ports, ...how, settings, host, log, clock, signal });
}
