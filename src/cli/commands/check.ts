import type { CheckLine, CheckResult } from '../../core/contracts.ts';
import type { Stage } from '../command.ts';
import { distinctWarnings, printWarnings } from '../print-warnings.ts';

/** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
export async function check(stage: Stage): Promise<number> {
  return await stage.withPipeline(
    { write: false, online: true, lenient: true },
    async ({ pipeline, context, settings, misfits }) => {
      const source = await pipeline.source.check(context);
      const destination = await pipeline.sink.check(context);
      const mapping = misfits.map(({ path, message }): CheckLine => {
        const where = [settings.placeOf(path), path.join('.')].filter((part) => part !== undefined);
        return { ok: false, title: 'mapping', detail: `${where.join(' ')}: ${message}` };
      });
      const lines = [...source.lines, ...destination.lines, ...mapping];
      const isReady = lines.every(({ ok }) => ok !== false);
      const warnings = distinctWarnings(pipeline.warnings);
      stage.printJson({ ready: isReady, config: settings.path, source, destination, mapping, warnings });
      stage.print(`${settings.path}`);
      show(stage, source);
      show(stage, { ...destination, lines: [...destination.lines, ...mapping] });
      printWarnings(stage, warnings);
      return isReady ? 0 : 3;
    },
  );
}

function show({ print, style }: Stage, { identity, lines }: CheckResult): void {
  print(`${style.good('✔')} ${style.bold(identity)}`);
  for (const line of lines) print(`  ${markOf(line)} ${line.title}: ${line.detail}`);

  function markOf({ ok }: CheckLine): string {
    if (ok === true) return style.good('✔');
    return ok === 'warning' ? style.warn('!') : style.bad('✖');
  }
}
