import type { CallContext } from '../../core/domain/context.ts';
import { lettersOf } from './cells.ts';

/** Why a cell that is not empty has no value for us. */
export type LostReason = 'date' | 'error' | 'formula' | 'number' | 'shared-string';

const maxNamedCells = 5;
const messages: Readonly<Record<LostReason, string>> = {
  date: 'Cells with the format of a date whose number is not a date were left out. Correct their format or their value',
  error: 'Cells that show an error, such as #N/A, were left out. Correct their formulas',
  formula:
    'Cells with a formula whose result is not in the file were left out. Open the file in a spreadsheet program and save it there',
  number: 'Cells whose number is not a number were left out. Open the file in a spreadsheet program and save it there',
  'shared-string':
    'Cells whose text is not in the file were left out. The file is damaged: open it in a spreadsheet program and save it there',
};

export interface LostCells {
  add(reason: LostReason, column: number, row: number): void;
  /** Warns of each kind once, with the first cells. */
  end(): void;
}

export function createLostCells({ warn }: Pick<CallContext, 'warn'>): LostCells {
  const lost = new Map<LostReason, { count: number; readonly first: string[] }>();
  return {
    add(reason, column, row) {
      const found = lost.get(reason) ?? { count: 0, first: [] };
      lost.set(reason, found);
      found.count += 1;
      if (found.first.length < maxNamedCells) found.first.push(`${lettersOf(column)}${row}`);
    },
    end() {
      for (const [reason, { count, first }] of lost) {
        const more = count > first.length ? ` and ${count - first.length} more` : '';
        warn({ code: 'worksheet-cells', message: `${messages[reason]}: ${first.join(', ')}${more}.` });
      }
    },
  };
}
