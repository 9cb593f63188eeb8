import { flatten } from '../../connectors/zendesk/fields.ts';
import type { SourceRecord } from '../../core/contracts.ts';
import type { Stage } from '../command.ts';
import type { Open } from '../compose.ts';
import { table } from '../terminal.ts';

const narrow = 70;

/** Shows a few records beside the users they would become. Zendesk is not called. */
export async function preview(stage: Stage, { limit }: { readonly limit: number }): Promise<number> {
  return await stage.withPipeline({ write: false, online: 'source' }, async (opened) => {
    const records = await firstRecords(opened, limit);
    const shown = records.map((record) => ({ record, result: opened.mapper.map(record) }));
    stage.printJson(shown.map(({ record, result }) => ({ key: record.key, source: record.data, result })));
    for (const { record, result } of shown) {
      stage.print(stage.style.bold(`customer ${record.key}`));
      if (result.kind === 'payload') {
        const rows = Object.entries(flatten(result.payload)).map(([field, value]) => [`  ${field}`, oneLine(value)]);
        stage.print(table([['  from', stage.style.dim(oneLine(summary(record)))], ...rows]));
      } else {
        const reason = result.kind === 'skip' ? `skipped ${result.reason}` : `rejected ${result.code}`;
        stage.print(`  ${stage.style.warn(reason)}: ${result.message}`);
      }
    }
    return 0;
  });
}

async function firstRecords({ pipeline, context }: Open, limit: number) {
  const found: SourceRecord<Parameters<Open['mapper']['map']>[0]['data']>[] = [];
  for await (const page of pipeline.source.read(undefined, context)) {
    found.push(...page.records.slice(0, limit - found.length));
    if (found.length >= limit) break;
  }
  return found;
}

function summary({ data, state }: SourceRecord<object>): Record<string, unknown> {
  const told = ['DisplayName', 'PrimaryEmailAddr', 'PrimaryPhone', 'ParentRef'];
  return {
    ...Object.fromEntries(Object.entries(data).filter(([name]) => told.includes(name))),
    ...(state !== 'active' && { state }),
  };
}

function oneLine(value: unknown): string {
  const text = typeof value === 'string' ? value.replaceAll('\n', ' · ') : JSON.stringify(value);
  return [...text].length > narrow ? `${[...text].slice(0, narrow - 1).join('')}…` : text;
}
