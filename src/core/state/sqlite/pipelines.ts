import type { PipelineId, PipelineIdentity } from '../../domain/pipeline.ts';
import { json, number, type Row, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

type Pipelines = Pick<StateStore, 'openPipeline' | 'pauseReason' | 'setPause' | 'facts' | 'saveFacts' | 'checkpoint'>;

/** Pipelines, and what there is one of for each. `destinations` learns the origin of each that is opened. */
export function createPipelines(
  { rows, write }: Statements,
  destinations: Map<PipelineId, string>,
  destinationOf: (pipeline: PipelineId) => string,
): Pipelines {
  function openPipeline({
    name,
    sourceConnector,
    sourceOrigin,
    sourceAccount,
    destinationOrigin,
  }: PipelineIdentity): PipelineId {
    const values = [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin];
    const where =
      'name = ? AND source_connector = ? AND source_origin = ? AND source_account = ? AND destination_origin = ?';
    const find = (): Row | undefined => rows(`SELECT id FROM pipelines WHERE ${where}`, values)[0];
    if (!find()) {
      const columns = 'name, source_connector, source_origin, source_account, destination_origin';
      write(`INSERT INTO pipelines (${columns}) VALUES (?, ?, ?, ?, ?)`, values);
    }
    const id = number(find() ?? {}, 'id');
    destinations.set(id, destinationOrigin);
    return id;
  }

  return {
    openPipeline: async (identity) => openPipeline(identity),
    async pauseReason(pipeline) {
      const row = rows('SELECT hold FROM pipelines WHERE id = ? AND hold IS NOT NULL', [pipeline])[0];
      return row && text(row, 'hold');
    },
    async setPause(pipeline, reason) {
      write('UPDATE pipelines SET hold = ? WHERE id = ?', [reason ?? null, pipeline]);
    },
    async facts(pipeline) {
      const row = rows('SELECT facts FROM facts WHERE destination = ?', [destinationOf(pipeline)])[0];
      return row && json(row, 'facts');
    },
    async saveFacts(pipeline, facts) {
      const values = [destinationOf(pipeline), JSON.stringify(facts)];
      // The same answer as last time needs no write to the disk.
      const ifOther = 'ON CONFLICT DO UPDATE SET facts = excluded.facts WHERE facts <> excluded.facts';
      write(`INSERT INTO facts (destination, facts) VALUES (?, ?) ${ifOther}`, values);
    },
    async checkpoint(pipeline) {
      const row = rows('SELECT * FROM checkpoints WHERE pipeline = ?', [pipeline])[0];
      return (
        row && { cursor: json(row, 'cursor'), fingerprint: text(row, 'fingerprint'), savedAt: number(row, 'saved_at') }
      );
    },
  };
}
