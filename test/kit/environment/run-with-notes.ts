import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RolodeskConfig } from '../../../src/app/define-config.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import { runPipeline } from '../../../src/core/pipeline/run.ts';
import { type RunChoice, runOnce, type TestEnvironment } from './create-environment.ts';

/** The configuration of a folder, with a mapper that also takes what a customer's Notes say, as JSON: any field of a user. */
export function configWithNotes(folder: string): RolodeskConfig {
  return {
    ...parse(readFileSync(join(folder, 'rolodesk.yaml'), 'utf8')),
    mapper: ({ data }, mapped) => ({ ...mapped, ...JSON.parse(String(data.Notes ?? '{}')) }),
  };
}

/** A run with such a mapper. */
export async function runWithNotes(it: TestEnvironment, options?: RunChoice): Promise<RunReport> {
  return await runOnce(it.pipeline(configWithNotes(it.folder)), options);
}

/** A sync that sends what the Notes say as it is. A mapper would leave out malformed values, which Zendesk is to refuse here. */
export async function runWithUncheckedNotes(it: TestEnvironment): Promise<RunReport> {
  const { pipeline, close } = await it.open();
  const { mapper } = pipeline;
  const map: typeof mapper.map = (record) => {
    const result = mapper.map(record);
    if (result.kind !== 'payload') return result;
    return { kind: 'payload', payload: { ...result.payload, ...JSON.parse(String(record.data.Notes ?? '{}')) } };
  };
  try {
    return await runPipeline({ ...pipeline, mapper: { ...mapper, map } }, { kind: 'sync', signal: it.terminal.signal });
  } finally {
    await close();
  }
}
