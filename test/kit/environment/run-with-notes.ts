import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import { runPipeline } from '../../../src/core/pipeline/run.ts';
import type { RunOptions } from '../../../src/core/pipeline/types.ts';
import type { TestEnvironment } from './create-environment.ts';

/** A run whose mapper also takes what a customer's Notes say, as JSON: any field of a Zendesk user. */
export async function runWithNotes(it: TestEnvironment, how: Partial<RunOptions> = {}): Promise<RunReport> {
  const { pipeline, close } = await it.open();
  const { mapper } = pipeline;
  const map: typeof mapper.map = (record) => {
    const result = mapper.map(record);
    if (result.kind !== 'payload') return result;
    return { kind: 'payload', payload: { ...result.payload, ...JSON.parse(String(record.data.Notes ?? '{}')) } };
  };
  try {
    return await runPipeline(
      { ...pipeline, mapper: { ...mapper, map } },
      { kind: 'sync', ...how, signal: it.terminal.signal },
    );
  } finally {
    await close();
  }
}
