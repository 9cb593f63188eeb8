import type { DeadLetter } from '../../core/domain/known.ts';
import type { Link } from '../../core/domain/link.ts';
import type { Result } from '../../core/domain/result.ts';
import type { RunRow } from '../../core/state/store.ts';

/** What --json prints of things in the state: every time in ISO 8601, as in reports. docs/reference/json.md lists the keys. */

export function runAsJson({ startedAt, finishedAt, ...run }: RunRow) {
  return {
    ...run,
    startedAt: timeOf(startedAt),
    ...(finishedAt !== undefined && { finishedAt: timeOf(finishedAt) }),
  };
}

export function resultAsJson<R extends Result>({ at, ...result }: R) {
  return { ...result, at: timeOf(at) };
}

export function linkAsJson({ writtenAt, ...link }: Link) {
  return { ...link, writtenAt: timeOf(writtenAt) };
}

export function deadLetterAsJson({ at, ...letter }: DeadLetter) {
  return { ...letter, at: timeOf(at) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
