import type { OpenPipeline } from '../../app/compose.ts';
import type { CheckLine, CheckResult } from '../../core/domain/context.ts';
import type { CommandContext } from '../command.ts';
import { distinctWarnings, printWarnings } from '../print-warnings.ts';

/** Customers that are mapped to see whether the mapping loses something of them. */
const sampleSize = 200;

/** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
export async function check(cli: CommandContext): Promise<number> {
  return await cli.withPipeline({ write: false, online: true, allowInvalidMapping: true }, async (opened) => {
    const { pipeline, context, settings, invalidValues } = opened;
    const source = await pipeline.source.check(context);
    const destination = await pipeline.sink.check(context);
    const problems = invalidValues.map(({ path, message }): CheckLine => {
      const where = [settings.placeOf(path), path.join('.')].filter((part) => part !== undefined);
      return { ok: false, title: 'mapping', detail: `${where.join(' ')}: ${message}` };
    });
    const mapping = [...problems, ...(await sampledLosses(opened))];
    const lines = [...source.lines, ...destination.lines, ...mapping];
    const isReady = lines.every(({ ok }) => ok !== false);
    const warnings = distinctWarnings(pipeline.warnings);
    cli.printJson({ ready: isReady, config: settings.path, source, destination, mapping, warnings });
    cli.print(`${settings.path}`);
    show(cli, source);
    show(cli, { ...destination, lines: [...destination.lines, ...mapping] });
    printWarnings(cli, warnings);
    return isReady ? 0 : 3;
  });
}

/** What the first customers have for a field that does not become a value of it. */
async function sampledLosses({ pipeline, mapper, context }: OpenPipeline): Promise<readonly CheckLine[]> {
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

function show({ print, style }: CommandContext, { identity, lines }: CheckResult): void {
  print(`${style.good('✔')} ${style.bold(identity)}`);
  for (const line of lines) print(`  ${markOf(line)} ${line.title}: ${line.detail}`);

  function markOf({ ok }: CheckLine): string {
    if (ok === true) return style.good('✔');
    return ok === 'warning' ? style.warn('!') : style.bad('✖');
  }
}
