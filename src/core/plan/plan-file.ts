import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { ConfigError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { PipelineIdentity } from '../domain/pipeline.ts';
import type { Cursor } from '../domain/record.ts';
import type { ApprovedPlan } from '../pipeline/types.ts';
import type { Plan } from './make-plan.ts';
import { digestOf, plannedChange, toPlannedChange } from './planned-change.ts';

/**
 * A plan as a file: one JSON document, a change a line, so that it is written and read in bounded memory whatever its
 * length. Holds customer data and no secret; version 1.
 */
const version = 1;
const json: z.ZodType<Json> = z.json();

const header = z.looseObject({
  rolodeskPlan: z.literal(version),
  identity: z.object({
    name: z.string(),
    sourceConnector: z.string(),
    sourceOrigin: z.string(),
    sourceAccount: z.string(),
    destinationOrigin: z.string(),
  }),
  fingerprint: z.string(),
  createdAt: z.string(),
  from: json,
  to: json,
  held: z.boolean(),
});
const footer = z.object({ count: z.number() });

/** What a plan was made for. It is carried out for the same, or not at all. */
export interface PlanSubject {
  readonly identity: PipelineIdentity;
  readonly fingerprint: string;
}

export async function writePlan(
  path: string,
  plan: Plan,
  { identity, fingerprint, createdAt }: PlanSubject & { readonly createdAt: string },
): Promise<void> {
  const { counts, estimate, from, to, report } = plan;
  const head = {
    rolodeskPlan: version,
    identity,
    fingerprint,
    createdAt,
    from,
    to,
    held: report.outcome === 'held',
    counts,
    ...estimate,
  };
  const file = await openForWriting(path);
  try {
    let count = 0;
    let buffer = `${JSON.stringify(head).slice(0, -1)},"changes":[`;
    for await (const change of plan.changes()) {
      buffer += `${count === 0 ? '' : ','}\n${JSON.stringify(change)}`;
      count += 1;
      if (buffer.length < 65_536) continue;
      await file.appendFile(buffer);
      buffer = '';
    }
    await file.appendFile(`${buffer}\n],"count":${count}}\n`);
    await file.sync();
  } catch (error) {
    throw new ConfigError(`The plan can't be written to ${path}.`, { cause: error, hint: 'Check the disk.' });
  } finally {
    await file.close();
  }
}

async function openForWriting(path: string) {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    throw new ConfigError(`The plan can't be written to ${path}.`, {
      cause: error,
      hint: 'Check the path and its rights.',
    });
  }
}

/** Reads a plan and holds it against what it is to be carried out for. Throws ConfigError. */
export async function readPlan(path: string, subject: PlanSubject): Promise<ApprovedPlan> {
  const keys: string[] = [];
  const digests = new Map<string, { readonly digest: string; readonly writes: boolean }>();
  let head: z.infer<typeof header> | undefined;
  let isWhole = false;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      if (!head) head = matching(parse(path, header, `${line}]}`), subject);
      else if (line.startsWith(']')) isWhole = parse(path, footer, `{${line.slice(2)}`).count === keys.length;
      else {
        const change = parse(path, plannedChange, line.replace(/,$/, ''));
        keys.push(change.key);
        const writes = Object.keys(change.fields).length > 0;
        digests.set(change.key, { digest: digestOf(change), writes });
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ConfigError(`There is no plan at ${path}.`, {
      cause: error,
      hint: 'Make one.',
      remedy: { kind: 'make-plan', path },
    });
  }
  if (!head || !isWhole) throw broken(path);
  return {
    keys,
    from: head.from as Cursor,
    to: head.to as Cursor,
    held: head.held,
    approves(key, result) {
      const planned = digests.get(key);
      if (!planned) return false;
      return result ? digestOf(toPlannedChange(result)) === planned.digest : planned.writes;
    },
  };
}

function matching(head: z.infer<typeof header>, { identity, fingerprint }: PlanSubject): z.infer<typeof header> {
  const advice = { hint: 'Make a new plan.', remedy: { kind: 'make-plan' } } as const;
  for (const [name, value] of Object.entries(identity)) {
    const planned = Object.entries(head.identity).find(([other]) => other === name)?.[1];
    if (planned !== value)
      throw new ConfigError(`The plan was made for another ${name}: ${planned}, not ${value}.`, advice);
  }
  if (head.fingerprint !== fingerprint)
    throw new ConfigError('The mapping, filter or a policy has changed since the plan was made.', advice);
  return head;
}

function parse<T>(path: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw broken(path, error);
  }
}

function broken(path: string, cause?: unknown): ConfigError {
  return new ConfigError(`${path} is not a whole plan: it was cut off, edited or laid out again.`, {
    cause,
    hint: 'Use the file as it was written, or make a new one.',
    remedy: { kind: 'make-plan' },
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR');
}
