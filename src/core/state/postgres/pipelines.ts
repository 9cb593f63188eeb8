import type { PipelineId, PipelineIdentity } from '../../domain/pipeline.ts';
import { json, number, type Row, text } from '../rows.ts';
import type { Checkpoint, StateStore } from '../store.ts';
import type { Owner } from './owner.ts';
import type { Statements } from './statements.ts';

type Pipelines = Pick<StateStore, 'openPipeline' | 'pauseReason' | 'setPause' | 'facts' | 'saveFacts' | 'checkpoint'>;

/**
 * Pipelines, and what there is one of for each. `destinations` learns the origin of each that is opened. `isAlone`: nobody
 * else writes them meanwhile, and so why one is paused need not be asked again right after it was opened.
 */
export function createPipelines(
  { rows, write }: Statements,
  {
    destinations,
    ownerOf,
    isAlone,
  }: {
    readonly destinations: Map<PipelineId, string>;
    readonly ownerOf: (pipeline: PipelineId) => Owner;
    readonly isAlone: boolean;
  },
): Pipelines {
  const holds = new Map<PipelineId, string | undefined>();

  async function openPipeline(identity: PipelineIdentity): Promise<PipelineId> {
    const { name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin } = identity;
    const values = [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin];
    const where =
      'name = $1 AND source_connector = $2 AND source_origin = $3 AND source_account = $4 AND destination_origin = $5';
    const find = { text: `SELECT id, hold FROM rolodesk.pipelines WHERE ${where}`, values };
    // Two may open the same new one at once.
    const make = {
      text: `INSERT INTO rolodesk.pipelines (name, source_connector, source_origin, source_account, destination_origin)
        SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (${find.text}) ON CONFLICT DO NOTHING`,
      values,
    };
    const [, found = []] = await write([make, find]);
    const row = found[0] ?? {};
    const id = number(row, 'id');
    destinations.set(id, destinationOrigin);
    if (isAlone) holds.set(id, row.hold === null ? undefined : text(row, 'hold'));
    return id;
  }

  return {
    openPipeline,
    async pauseReason(pipeline) {
      if (holds.has(pipeline)) {
        const hold = holds.get(pipeline);
        holds.delete(pipeline);
        return hold;
      }
      const [row] = await rows('SELECT hold FROM rolodesk.pipelines WHERE id = $1 AND hold IS NOT NULL', [pipeline]);
      return row && text(row, 'hold');
    },
    async setPause(pipeline, reason) {
      holds.delete(pipeline);
      await write([
        { text: 'UPDATE rolodesk.pipelines SET hold = $2 WHERE id = $1', values: [pipeline, reason ?? null] },
      ]);
    },
    async facts(pipeline) {
      const values = [ownerOf(pipeline).destination];
      const [row] = await rows('SELECT facts FROM rolodesk.facts WHERE destination = $1', values);
      return row && json(row, 'facts');
    },
    async saveFacts(pipeline, facts) {
      const text = `INSERT INTO rolodesk.facts (destination, facts) VALUES ($1, $2)
        ON CONFLICT (destination) DO UPDATE SET facts = excluded.facts WHERE facts.facts <> excluded.facts`;
      await write([{ text, values: [ownerOf(pipeline).destination, JSON.stringify(facts)] }]);
    },
    async checkpoint(pipeline) {
      const [row] = await rows('SELECT * FROM rolodesk.checkpoints WHERE pipeline = $1', [pipeline]);
      return row && checkpointOf(row);
    },
  };
}

export function checkpointOf(row: Row): Checkpoint {
  return { cursor: json(row, 'cursor'), fingerprint: text(row, 'fingerprint'), savedAt: number(row, 'saved_at') };
}
