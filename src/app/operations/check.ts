import { defined } from '../../core/defined.ts';
import type { CheckLine, CheckResult, Warning } from '../../core/domain/context.ts';
import { AuthError, ContractError, type RolodeskError, TransientError } from '../../core/domain/errors.ts';
import { type Account, accountsOf } from '../accounts.ts';
import { hintOf, type WordsFor } from '../hint.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from './context.ts';
import { distinctWarnings } from './distinct-warnings.ts';

/** How many customers are mapped, to see whether the mapping loses anything. */
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
  /** Why a side could not be asked. The other one was asked all the same. */
  readonly error?: RolodeskError;
}

/**
 * Asks both sides who we are and whether a run has what it needs. Writes nothing. If one side is down, it still asks
 * the other.
 */
export async function check(context: OperationContext): Promise<CheckReport> {
  const { wordsFor } = context.host;
  const how = { write: false, allowInvalidMapping: true } as const;
  try {
    return await withParts(context, { ...how, online: true }, (parts) => checkBoth(parts, wordsFor));
  } catch (error) {
    if (!isAnswer(error)) throw error;
    // What a run asks for before it begins was refused already: each side is asked by itself.
    return await withParts(context, { ...how, online: false }, (parts) => checkBoth(parts, wordsFor));
  }
}

async function checkBoth(parts: PipelineParts, wordsFor: WordsFor | undefined): Promise<CheckReport> {
  const { pipeline, context: call, settings, invalidValues } = parts;
  const accounts = accountsOf(settings);
  const source = await asked(accounts.source, { wordsFor, ask: () => pipeline.source.check(call) });
  const destination = await asked(accounts.destination, { wordsFor, ask: () => pipeline.sink.check(call) });
  const problems = invalidValues.map(({ path, message }): CheckLine => {
    const where = [settings.placeOf(path), path.join('.')].filter((part) => part !== undefined);
    return { ok: false, title: 'mapping', detail: `${where.join(' ')}: ${message}` };
  });
  // What may not be read, as a line says, can't be sampled.
  const isReadable = !source.error && source.result.lines.every(({ ok }) => ok !== false);
  const mapping = [...problems, ...(isReadable ? await sampledLosses(parts) : [])];
  const lines = [...source.result.lines, ...destination.result.lines, ...mapping];
  const error = source.error ?? destination.error;
  return {
    isReady: lines.every(({ ok }) => ok !== false),
    source: source.result,
    destination: destination.result,
    mapping,
    warnings: distinctWarnings(pipeline.warnings),
    ...defined({ error }),
  };
}

interface Asked {
  readonly result: CheckResult;
  readonly error?: RolodeskError;
}

async function asked(
  { label }: Account,
  { ask, wordsFor }: { readonly ask: () => Promise<CheckResult>; readonly wordsFor: WordsFor | undefined },
): Promise<Asked> {
  try {
    return { result: inWords(await ask(), wordsFor) };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const detail = [error.message, hintOf(error, wordsFor)].filter((part) => part !== undefined).join(' ');
    return { error, result: { identity: label, lines: [{ ok: false, title: 'connection', detail }] } };
  }
}

/** The other system refused or did not respond. Any other error ends the check. */
function isAnswer(error: unknown): error is RolodeskError {
  return error instanceof AuthError || error instanceof TransientError || error instanceof ContractError;
}

/** Lines whose remedy is said in the words of the program. */
function inWords({ lines, ...result }: CheckResult, wordsFor: WordsFor | undefined): CheckResult {
  return {
    ...result,
    lines: lines.map((line) => ({ ...line, detail: hintOf({ ...line, hint: line.detail }, wordsFor) ?? line.detail })),
  };
}

/** Values of the first customers that their field cannot accept. */
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
    detail: `${mapped === 1 ? 'of the first customer' : `of the first ${mapped} customers`}, ${loss}`,
  }));
}
