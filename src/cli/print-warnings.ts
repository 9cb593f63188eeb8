import type { Warning } from '../core/domain/context.ts';
import type { CommandContext } from './command.ts';

/** Each warning once. The same is often found by several reads. */
export function distinctWarnings(warnings: readonly Warning[] = []): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

/** What a reader should know although the command goes on. */
export function printWarnings({ print, style }: CommandContext, warnings: readonly Warning[]): void {
  for (const { message } of warnings) print(style.warn(`! ${message}`));
}
