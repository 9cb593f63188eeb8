import type { CheckLine, CheckResult, Warning } from '../../core/domain/context.ts';
import type { PipelineParts } from '../compose.ts';
import { type OperationContext, withParts } from './context.ts';
import { distinctWarnings } from './distinct-warnings.ts';

/** Customers that are mapped to see whether the mapping loses something of them. */
const sampleSize = 200;

/** Whether a run has what it needs. */
export interface CheckReport {
  /** No line says that something is missing. */
  readonly isReady: boolean;
  readonly source: CheckResult;
  readonly destination: CheckResult;
  /** What the mapping says that the fields of Zendesk do not take, and what a sample of customers loses by it. */
  readonly mapping: readonly CheckLine[];
  readonly warnings: readonly Warning[];
}

/** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
export async function check(context: OperationContext): Promise<CheckReport> {
  return await withParts(context, { write: false, online: true, allowInvalidMapping: true }, async (parts) => {
    const { pipeline, context: call, settings, invalidValues } = parts;
    const source = await pipeline.source.check(call);
    const destination = await pipeline.sink.check(call);
    const problems = invalidValues.map(({ path, message }): CheckLine => {
      const where = [settings.placeOf(path), path.join('.')].filter((part) => part !== undefined);
      return { ok: false, title: 'mapping', detail: `${where.join(' ')}: ${message}` };
    });
    const mapping = [...problems, ...(await sampledLosses(parts))];
    const lines = [...source.lines, ...destination.lines, ...mapping];
    return {
      isReady: lines.every(({ ok }) => ok !== false),
      source,
      destination,
      mapping,
      warnings: distinctWarnings(pipeline.warnings),
    };
  });
}

/** What the first customers have for a field that does not become a value of it. */
async function sampledLosses({ pipeline, mapper, context }: PipelineParts): Promise<readonly CheckLine[]> {
  let mapped = 0;
  for await (const { records } of pipeline.source.read(undefined, context)) {
    const active = records.filter(({ state }) => state === 'active').slice(0, sampleSize - mapped);
    for (const record of active) mapper.map(record);
    mapped += active.length;
    if (mapped >= sampleSize) break;
  }
  return [...mapper.omitted(), ...mapper.unchecked()].map((loss) => ({
    ok: 'warning',
    title: 'mapping',
    detail: `of the first ${mapped} customers, ${loss}`,
  }));
}
