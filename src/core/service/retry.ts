import type { Trigger } from './events.ts';
import type { RunRequestResult } from './managed-pipeline.ts';

/** A run that is tried again because its failure may pass by itself. */
export interface Retry {
  readonly at: number;
  /** How many runs in a row have failed. */
  readonly attempts: number;
  readonly trigger: Trigger;
}

const initialRetryDelayMs = 60_000;
const maxRetryDelayMs = 3_600_000;

/** Whether the same run may succeed later without anybody doing anything: the other side was down, or the state in use. */
export function isRetryable(result: RunRequestResult): boolean {
  switch (result.kind) {
    case 'ended':
      return result.report.outcome === 'failed' && result.report.error?.exitCode === 4;
    case 'rejected':
      return result.exitCode === 4 || result.code === 'locked';
    case 'dropped':
      return false;
    default:
      return result satisfies never;
  }
}

/** A minute after the first failure, then twice as long each time, up to an hour. */
export function retryDelayMs(failedBefore: number): number {
  return Math.min(maxRetryDelayMs, initialRetryDelayMs * 2 ** failedBefore);
}
