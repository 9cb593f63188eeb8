import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { ConfigError } from '../domain/errors.ts';
import type { ApprovedPlan } from '../pipeline/types.ts';
import { createApproval, type PlanSubject, planHead, planHeadSchema } from './approval.ts';
import type { Plan } from './make-plan.ts';
import { plannedChange } from './planned-change.ts';

/**
 * A plan as a file: one JSON document, a change a line, so that it is written and read in bounded memory whatever its
 * length. Holds customer data and no secret.
 */
const footer = z.object({ count: z.number() });

export async function writePlan(
  path: string,
  plan: Plan,
  subject: PlanSubject & { readonly createdAt: string },
): Promise<void> {
  const head = planHead(plan, subject);
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
  let approval: ReturnType<typeof createApproval> | undefined;
  let isWhole = false;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      if (!approval) approval = createApproval(parse(path, planHeadSchema, `${line}]}`), subject);
      else if (line.startsWith(']')) isWhole = parse(path, footer, `{${line.slice(2)}`).count === approval.count();
      else approval.add(parse(path, plannedChange, line.replace(/,$/, '')));
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ConfigError(`There is no plan at ${path}.`, {
      cause: error,
      hint: 'Make one.',
      remedy: { kind: 'make-plan', path },
    });
  }
  if (!approval || !isWhole) throw broken(path);
  return approval.approved();
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
