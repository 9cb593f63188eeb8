import type { Warning } from '../../core/domain/context.ts';
import type { CommandContext } from '../command.ts';

/** What a reader should know, although the command continues. */
export function printWarnings({ print, style }: CommandContext, warnings: readonly Warning[]): void {
  for (const { message } of warnings) print(style.warn(`! ${message}`));
}
