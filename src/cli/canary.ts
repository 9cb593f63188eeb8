import type { Canary, CanaryRow } from '../core/domain/run/canary.ts';
import type { CommandContext } from './command.ts';
import { confirm } from './confirm.ts';
import { brief } from './format/brief.ts';
import { visibleLine, visibleWithStyle } from './format/visible.ts';
import { table } from './terminal.ts';

/** More than this nobody reads, and one call shows as many. */
export const maxCanarySize = 100;

/**
 * Shows the first writes of a run where the question is asked: on the terminal. Values are shown there only: without a
 * terminal stderr is a log, which holds keys and names of fields, no customer data.
 */
export function createCanary(
  cli: CommandContext,
  { size, yes, before }: { readonly size: number; readonly yes: boolean; readonly before: () => void },
): Canary {
  const { stderr } = cli.terminal;
  return {
    size,
    show(rows) {
      before();
      stderr.write(`${visibleWithStyle(describe(cli, rows, { withValues: stderr.isTTY === true }))}\n`);
    },
    approve: () => confirm(cli, 'Go on with the rest?', { yes }),
  };
}

function describe(
  { style }: CommandContext,
  rows: readonly CanaryRow[],
  { withValues }: { readonly withValues: boolean },
): string {
  const title = style.bold(rows.length === 1 ? 'The first write:' : `The first ${rows.length} writes:`);
  return [title, ...rows.flatMap((row) => [headline(row), ...fieldsOf(row, withValues)])].join('\n');
}

function headline({ key, outcome, code, message, destinationId }: CanaryRow): string {
  const what = outcome ?? 'no result yet; decided again at the end of the run';
  const parts = [`  ${key}`, what, code, destinationId && `user ${destinationId}`, message];
  return visibleLine(parts.filter((part) => part !== undefined && part !== '').join('  '));
}

function fieldsOf({ fields }: CanaryRow, withValues: boolean): string[] {
  const rows = Object.entries(fields).map(([name, { expected, shown, matches }]) => [
    `    ${matches ? '=' : '≠'} ${name}`,
    ...(withValues ? [brief(expected)] : []),
    ...(matches ? [] : [withValues ? `Zendesk has ${brief(shown)}` : 'differs from what was expected']),
  ]);
  return rows.length > 0 ? [table(rows)] : [];
}
