import { ConfigError } from '../../core/errors.ts';
import { storedTallies } from '../../core/report/stored-tallies.ts';
import { nextBegin } from '../../core/service/due.ts';
import { createSchedule, scheduleOf } from '../../core/service/schedule.ts';
import { findRun } from '../../core/state/find-run.ts';
import type { ScheduleMark } from '../../core/state/schedule-mark.ts';
import type { DeadLetter, Outcome, Result, RunRow } from '../../core/state/store.ts';
import type { Stage } from '../command.ts';
import { asJson, isDue, printConnection, reportConnections } from '../connections/report.ts';
import { sidesOf } from '../connections/sides.ts';
import { csvLine } from '../csv.ts';
import type { Settings } from '../settings.ts';
import { withNames } from '../shown-value.ts';
import { table } from '../terminal.ts';
import { writePrivateFile } from '../write-file.ts';

const readOnly = { write: false, online: false } as const;
const outcomes: readonly Outcome[] = ['created', 'updated', 'skipped', 'rejected'];

/** Past runs, newest first. */
export async function runs(stage: Stage, { limit }: { readonly limit: number }): Promise<number> {
  return await stage.withPipeline(readOnly, async ({ pipeline }) => {
    const rows = await pipeline.store.runs(pipeline.id, { limit });
    stage.printJson(rows);
    stage.print(
      rows.length === 0
        ? 'No run yet. rolodesk sync makes the first.'
        : table([['run', 'kind', 'outcome', 'started'], ...rows.map(runLine)]),
    );
    return 0;
  });
}

/** One run's records by outcome, or one customer's history. */
export async function show(
  stage: Stage,
  run: string | undefined,
  { customer }: { readonly customer?: string },
): Promise<number> {
  if ((run === undefined) === (customer === undefined))
    throw new ConfigError('show takes a run, or --customer KEY.', {
      code: 'usage',
      hint: 'rolodesk runs lists the runs.',
    });
  return await stage.withPipeline(readOnly, async ({ pipeline }) => {
    const { store, id } = pipeline;
    if (customer !== undefined) {
      const known = await store.load(id, { run: '', keys: [customer], externalIds: [], addresses: [] });
      const history = await store.history(id, customer);
      const link = known.links.get(customer) ?? null;
      const deadLetter = known.deadLetters.get(customer) ?? null;
      const held = known.claimed.get(customer) ?? null;
      stage.printJson({ key: customer, link, address: held, deadLetter, history });
      stage.print(stage.style.bold(`customer ${customer}`));
      stage.print(
        link
          ? `  Zendesk user ${link.destinationId} (${link.origin}), external_id ${link.externalId}`
          : '  has no Zendesk user of ours',
      );
      if (held !== null) stage.print(`  holds the address ${held}`);
      if (deadLetter)
        stage.print(
          stage.style.warn(
            `  waits as a dead letter, ${deadLetter.code}: ${deadLetter.message} ${deadLetter.detail ?? ''}`.trimEnd(),
          ),
        );
      for (const entry of history) stage.print(`  ${resultLine(entry)}`);
      return 0;
    }
    const found = await findRun(store, id, run ?? '');
    const records: Record<string, readonly Result[]> = {};
    for (const outcome of outcomes) records[outcome] = await store.results(found.id, { outcome, limit: 1_000_000 });
    stage.printJson({ run: found, records });
    stage.print(table([runLine(found)]));
    const tallies = storedTallies(found);
    if (tallies) stage.print(table(Object.entries(tallies).map(([name, n]) => [`  ${name}`, String(n).padStart(8)])));
    const kept = Object.values(records).some((list) => list.length > 0);
    const had = tallies !== undefined && tallies.read > tallies.unchanged;
    if (had && !kept) stage.print(stage.style.dim('  Its records are no longer kept (retention); the counts stay.'));
    for (const [outcome, list] of Object.entries(records)) {
      if (list.length > 0) stage.print(stage.style.bold(`${outcome}: ${list.length}`));
      for (const result of list) stage.print(`  ${result.key}  ${resultLine(result)}`);
    }
    return 0;
  });
}

/** Dead letters: what could not be written, and why. */
export async function rejects(stage: Stage, { csv }: { readonly csv?: string }): Promise<number> {
  return await stage.withPipeline(readOnly, async ({ pipeline }) => {
    const letters = await pipeline.store.deadLetters(pipeline.id, { limit: 1_000_000 });
    stage.printJson(
      letters.map(({ key, code, message, detail, at, record }) => ({
        key,
        code,
        message,
        ...(detail !== undefined && { detail }),
        at: new Date(at).toISOString(),
        record: record.data,
      })),
    );
    if (csv !== undefined) await writePrivateFile(stage.pathOf(csv), csvOf(letters));
    if (letters.length === 0) stage.print('No rejects.');
    for (const [code, list] of Map.groupBy(letters, (letter) => letter.code)) {
      stage.print(stage.style.bold(`${code}: ${list.length}`));
      for (const { key, message, detail } of list) {
        stage.print(`  ${key}  ${message}`);
        if (detail !== undefined) stage.print(stage.style.dim(`      ${detail}`));
      }
    }
    return 0;
  });
}

function* csvOf(letters: readonly DeadLetter[]): Generator<string> {
  yield csvLine(['key', 'code', 'message', 'at', 'record', 'detail']);
  for (const { key, code, message, at, record, detail = '' } of letters)
    yield csvLine([key, code, message, new Date(at).toISOString(), JSON.stringify(record.data), detail]);
}

/** How things stand, with an exit code for monitors: 0 well, 1 something waits for a person, 4 the last run failed or there was none. */
export async function status(stage: Stage): Promise<number> {
  return await stage.withPipeline(readOnly, async ({ pipeline, settings, credentials }) => {
    const { store, id, clock } = pipeline;
    const sides = sidesOf(stage, { settings, credentials, clock });
    const connections = await reportConnections({ sides, credentials, clock });
    const due = connections.filter(isDue);
    const schedule = followed(settings, await store.schedule(id));
    const recent = await store.runs(id, { limit: 100 });
    const counts = await store.counts(id);
    const last = recent[0];
    const success = recent.find(({ outcome }) => outcome === 'completed' || outcome === 'held');
    const held = counts.pending['deactivation-cap'] ?? 0;
    const hold = await store.hold(id);
    stage.printJson({
      pipeline: pipeline.name,
      last: last ?? null,
      lastSuccess: success ?? null,
      held: held > 0,
      hold: hold ?? null,
      schedule: schedule ?? null,
      ...counts,
      connections: connections.map(asJson),
    });
    stage.print(stage.style.bold(pipeline.name));
    stage.print(`  last run: ${last ? `${last.outcome}, ${new Date(last.startedAt).toISOString()}` : 'none yet'}`);
    stage.print(
      `  last success: ${success ? new Date(success.finishedAt ?? success.startedAt).toISOString() : 'none'}`,
    );
    stage.print(
      `  customers linked: ${counts.links}; rejects: ${counts.deadLetters}; deactivations held: ${held}; batches open: ${counts.openBatches}`,
    );
    if (schedule) {
      const { cron, timeZone, next, missed, lastMissed } = schedule;
      stage.print(`  schedule: ${cron} (${timeZone}); next: ${next ?? 'when rolodesk serve runs'}`);
      if (lastMissed !== null) stage.print(`  missed runs: ${missed}, the last one due ${lastMissed}`);
    }
    if (hold !== undefined) stage.print(stage.style.warn(`  nothing is written until rolodesk sync --resume: ${hold}`));
    for (const report of due) printConnection(stage, report);
    if (last?.outcome !== 'completed' && last?.outcome !== 'held') return 4;
    return counts.deadLetters > 0 || held > 0 || hold !== undefined || due.length > 0 ? 1 : 0;
  });
}

/** What a service makes of the schedule. Without a service nothing follows it. */
function followed({ config, name }: Settings, mark: ScheduleMark | undefined) {
  if (config.schedule === undefined) return undefined;
  const { cron, timeZone, jitter } = scheduleOf(config.schedule);
  const schedule = createSchedule({ cron, timeZone, jitter }, name);
  const next = mark?.schedule === schedule.text ? nextBegin(schedule, mark) : undefined;
  return {
    cron,
    timeZone,
    next: next === undefined ? null : new Date(next).toISOString(),
    missed: mark?.missed ?? 0,
    lastMissed: mark?.lastMissedAt === undefined ? null : new Date(mark.lastMissedAt).toISOString(),
  };
}

function runLine({ id, kind, outcome, startedAt }: RunRow): string[] {
  return [id, kind, outcome, new Date(startedAt).toISOString()];
}

function resultLine({ outcome, code, message, detail, destinationId, changes, at }: Result): string {
  const what = Object.entries(changes ?? {}).map(
    ([field, [before, after]]) =>
      `${field}: ${JSON.stringify(withNames(before))} → ${JSON.stringify(withNames(after))}`,
  );
  const parts = [
    new Date(at).toISOString(),
    outcome,
    code,
    destinationId && `user ${destinationId}`,
    message,
    detail,
    ...what,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}
