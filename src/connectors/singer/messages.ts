import { z } from 'zod';
import { ContractError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import { parseJsonKeepingDigits } from '../../core/records/parse-json-numbers.ts';
import { parseState } from './exact-state.ts';
import { jsonSchema } from './json-schema.ts';

/** The lines of a tap, as the Singer specification has them: https://github.com/singer-io/getting-started/blob/master/docs/SPEC.md */

const record = z.looseObject({
  type: z.literal('RECORD'),
  stream: z.string(),
  record: z.record(z.string(), z.unknown()),
  version: z.number().nullish(),
});
const schema = z.looseObject({
  type: z.literal('SCHEMA'),
  stream: z.string(),
  schema: jsonSchema,
  key_properties: z.array(z.string()).nullish(),
  bookmark_properties: z.array(z.string()).nullish(),
});
const activation = z.looseObject({ type: z.literal('ACTIVATE_VERSION'), stream: z.string(), version: z.number() });
// What was parsed as JSON is JSON.
const state = z.looseObject({ type: z.literal('STATE'), value: z.unknown().transform((value) => value as Json) });
const message = z.discriminatedUnion('type', [record, schema, activation, state]);
/** Types are capitals; anything else is a line that was never meant for us. */
const other = z.looseObject({ type: z.string().regex(/^[A-Z_]{1,40}$/), stream: z.string().optional() });

export type SchemaMessage = z.output<typeof schema>;
export type Message = z.output<typeof message> | { readonly type: 'other'; readonly name: string };
const known: ReadonlySet<string> = new Set(['RECORD', 'SCHEMA', 'ACTIVATE_VERSION', 'STATE']);

/** Throws ContractError, which names the line by its number and never what stood there: records hold customers. */
export function parseMessage(line: string, number: number): Message {
  const value = parsed(line, number);
  const { success, data } = other.safeParse(value);
  if (!success) throw unparsableLine(number, 'is JSON, but no message of a Singer tap');
  if (!known.has(data.type)) return { type: 'other', name: data.type };
  const found = message.safeParse(data.type === 'STATE' ? parseState(line) : value);
  if (found.success) return found.data;
  const where = found.error.issues[0]?.path.join('.') || 'it';
  throw unparsableLine(number, `is a ${data.type} message, and ${where} is not what the Singer specification says`);
}

function parsed(line: string, number: number): unknown {
  try {
    return parseJsonKeepingDigits(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw unparsableLine(number, 'is no JSON');
    throw error;
  }
}

export function unparsableLine(number: number, what: string): ContractError {
  return new ContractError(`The tap: line ${number} of its output ${what}.`, {
    code: 'singer-line',
    hint: 'A tap may write nothing but messages to standard output. Run the command by hand and look at that line.',
  });
}
