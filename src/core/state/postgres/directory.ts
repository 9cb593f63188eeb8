import type { PipelineId } from '../../domain/pipeline.ts';
import type { DirectoryHead } from '../../domain/user.ts';
import { json, number, type Row } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Owner } from './owner.ts';
import type { Statements } from './statements.ts';

/** The destination's users as they were last read. */
export function createDirectory(
  { rows, write }: Statements,
  ownerOf: (pipeline: PipelineId) => Owner,
): Pick<StateStore, 'directory' | 'clearDirectory'> {
  return {
    async directory(pipeline) {
      const values = [ownerOf(pipeline).destination];
      const [row] = await rows('SELECT * FROM rolodesk.directories WHERE destination = $1', values);
      return row && headOf(row);
    },
    async clearDirectory(pipeline) {
      const values = [ownerOf(pipeline).destination];
      await write([
        { text: 'DELETE FROM rolodesk.directories WHERE destination = $1', values },
        { text: 'DELETE FROM rolodesk.users WHERE destination = $1 AND active = 1', values },
      ]);
    },
  };
}

export function headOf(row: Row): DirectoryHead {
  const fields = json(row, 'fields');
  const names = Array.isArray(fields) ? fields.filter((name): name is string => typeof name === 'string') : [];
  return { cursor: json(row, 'cursor'), fields: names, filledAt: number(row, 'filled_at') };
}
