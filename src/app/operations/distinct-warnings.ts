import type { Warning } from '../../core/domain/context.ts';

/** Each warning once: several reads often find the same. */
export function distinctWarnings(warnings: readonly Warning[] = []): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}
