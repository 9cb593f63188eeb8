import type { z } from 'zod';
import type { CallContext } from '../domain/context.ts';
import { ContractError } from '../domain/errors.ts';
import { repair } from '../records/repair.ts';
import type { HttpResponse } from './types.ts';

/**
 * The JSON of a reply, held against a schema. Throws ContractError, which names the place and never what stood there:
 * replies hold customers. With `warn`, an odd field of a record in a list is the matter of that record: it counts as absent,
 * and is warned of, unless the schema requires it.
 */
export function parseResponse<S extends z.ZodType>(
  what: string,
  schema: S,
  { body }: HttpResponse,
  { warn }: Partial<Pick<CallContext, 'warn'>> = {},
): z.output<S> {
  if (body.kind !== 'json') throw new ContractError(`${what}: the reply is not JSON.`, { code: 'reply-shape' });
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return parsed.data;
  const { data, omitted } = warn ? repair(schema, body.value) : { data: undefined, omitted: [] };
  if (warn && data !== undefined && omitted.every(isInRecord)) {
    for (const name of new Set(omitted.map((path) => path.replaceAll(/\.\d+\./g, '.')))) {
      const message = `${what}: ${name} was not of the documented type in some records and counts as absent there.`;
      warn({ code: 'fields-unreadable', message });
    }
    return data;
  }
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the reply';
  throw new ContractError(`${what}: ${where} is not what the API documents (${issue?.code ?? 'invalid'}).`, {
    code: 'reply-shape',
  });
}

/** A field of an item of a list: never a list, or an item as a whole. */
function isInRecord(path: string): boolean {
  return /\.\d+\.[^.]/.test(path);
}

/** The server's time of a reply, in milliseconds: our own clock may be wrong. Undefined where it does not say. */
export function responseDate({ headers }: HttpResponse): number | undefined {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
