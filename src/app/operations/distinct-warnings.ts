import type { Warning } from '../../core/domain/context.ts';

/** Each warning once. The same is often found by several reads. */
export function distinctWarnings(warnings: readonly Warning[] = []): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}
