import { stringify } from 'yaml';
import { z } from 'zod';
import { defined } from '../../core/defined.ts';
import type { Json } from '../../core/domain/json.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { Result } from '../../core/domain/result.ts';
import type { Redactor } from '../../core/redaction/redact.ts';
import type { RunRow, StateStore } from '../../core/state/store.ts';
import type { CustomerPipeline } from '../pipeline/pipeline-parts.ts';
import type { Settings } from '../settings.ts';
import { createScrub, type Scrub, textsIn } from './anonymize.ts';
import { privateTexts, shareableConfig } from './shareable-config.ts';
import type { ArchiveFile } from './tar.ts';
import { versions } from './versions.ts';

const chunk = 1000;
const runsTold = 20;
const messagesPerReason = 10;

type MeaningOf = (code: string) => string;

/** A file of the bundle, with a description for the person who checks it before passing it on. */
export interface BundleFile extends ArchiveFile {
  readonly about: string;
}

/**
 * Collects what a maintainer needs to understand a run, without secrets, addresses, names or customer keys. Every part
 * is anonymized, and the whole text also passes the redactor, which knows the secrets.
 */
export async function bundleContents({
  pipeline,
  settings,
  run,
  redactor,
  meaningOf,
}: {
  readonly pipeline: CustomerPipeline;
  readonly settings: Settings;
  readonly run: RunRow;
  readonly redactor: Redactor;
  /** The meaning of a skip or reject code, in a sentence. */
  readonly meaningOf: MeaningOf;
}): Promise<readonly BundleFile[]> {
  const { store, id } = pipeline;
  const scrub = createScrub({ redactor, accounts: privateTexts(settings) });
  const { timings = null, ...report } = objectOf(run.report);
  const files = [
    {
      name: 'config.yaml',
      about: 'the configuration without secrets, names and constants',
      text: stringify(shareableConfig(settings)),
    },
    {
      name: 'report.json',
      about: 'what the run did',
      text: json({ ...runLine(run), report: scrub.json(await withBareRejects(pipeline, report, scrub)) }),
    },
    {
      name: 'reasons.json',
      about: 'why records were skipped or rejected, with counts',
      text: json(await reasons(pipeline, { run: run.id, scrub, meaningOf })),
    },
    { name: 'timings.json', about: 'requests by endpoint and how long they took', text: json(scrub.json(timings)) },
    {
      name: 'state.json',
      about: 'how much the state holds, and the last runs',
      text: json({ counts: await store.counts(id), runs: (await store.runs(id, { limit: runsTold })).map(runLine) }),
    },
    { name: 'versions.json', about: 'Rolodesk, Node, the platform, dependencies', text: json(versions()) },
  ];
  return files.map((file) => ({ ...file, text: redactor.redact(file.text) }));
}

/** For each reason: how many, what it means, and the form of the messages. */
async function reasons(
  { store, id }: CustomerPipeline,
  { run, scrub, meaningOf }: { readonly run: string; readonly scrub: Scrub; readonly meaningOf: MeaningOf },
): Promise<Json> {
  const found = new Map<string, { outcome: string; code: string; count: number; messages: Map<string, number> }>();
  for await (const rows of resultsOf(store, run)) {
    const printed = rows.filter(({ outcome }) => outcome === 'skipped' || outcome === 'rejected');
    const keys = printed.map(({ key }) => key);
    const records = await recordsOf(store, id, keys);
    for (const { key, outcome, code = outcome, message = '' } of printed) {
      const name = `${outcome} ${code}`;
      const entry = found.get(name) ?? { outcome, code, count: 0, messages: new Map<string, number>() };
      found.set(name, entry);
      entry.count += 1;
      const text = scrub.text(message, [key, ...textsIn(records.get(key))]);
      if (entry.messages.has(text) || entry.messages.size < messagesPerReason)
        entry.messages.set(text, (entry.messages.get(text) ?? 0) + 1);
    }
  }
  return [...found.values()].map(({ messages, ...entry }) => ({
    ...entry,
    meaning: meaningOf(entry.code),
    messages: Object.fromEntries(messages),
  }));
}

/** Searches the first rejects of the report for texts of their records. */
async function withBareRejects({ store, id }: CustomerPipeline, report: JsonObject, scrub: Scrub): Promise<JsonObject> {
  const rejects = z
    .array(z.object({ key: z.string(), code: z.string(), message: z.string() }))
    .safeParse(report.rejects);
  if (!rejects.success) return { ...report, rejects: null };
  const keys = rejects.data.map(({ key }) => key);
  const records = await recordsOf(store, id, keys);
  const bare = rejects.data.map(({ key, code, message }) => ({
    key,
    code,
    message: scrub.text(message, [key, ...textsIn(records.get(key))]),
  }));
  return { ...report, rejects: bare };
}

/** Records of dead letters by their keys. */
async function recordsOf(store: StateStore, id: PipelineId, keys: readonly string[]): Promise<Map<string, unknown>> {
  const letters = await store.deadLetters(id, { keys, limit: chunk });
  return new Map(letters.map(({ key, record }) => [key, record.data]));
}

async function* resultsOf(store: StateStore, run: string): AsyncGenerator<readonly Result[]> {
  let rows: readonly Result[] = [];
  do {
    const after = rows.at(-1)?.key;
    rows = await store.results(run, { limit: chunk, ...defined({ after }) });
    yield rows;
  } while (rows.length === chunk);
}

function runLine({ id, kind, outcome, startedAt, finishedAt, undoneBy, report }: RunRow): JsonObject {
  const { tallies = null } = objectOf(report);
  const ended = finishedAt === undefined ? null : isoOf(finishedAt);
  return { id, kind, outcome, startedAt: isoOf(startedAt), finishedAt: ended, undoneBy: undoneBy ?? null, tallies };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

type JsonObject = Readonly<Record<string, Json>>;

function objectOf(value: Json | undefined): JsonObject {
  return Object.fromEntries(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
