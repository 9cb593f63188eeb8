import type { z } from 'zod';
import { ContractError } from '../errors.ts';
import type { HttpResponse } from './types.ts';

/**
 * The JSON of a reply, held against a schema. Throws ContractError, which names the place and never what stood there:
 * replies hold customers.
 */
export function parseReply<S extends z.ZodType>(what: string, schema: S, { body }: HttpResponse): z.output<S> {
  if (body.kind !== 'json') throw new ContractError(`${what}: the reply is not JSON.`, { code: 'reply-shape' });
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the reply';
  throw new ContractError(`${what}: ${where} is not what the API documents (${issue?.code ?? 'invalid'}).`, {
    code: 'reply-shape',
  });
}

/** The server's time of a reply, in milliseconds: our own clock may be wrong. Undefined where it does not say. */
export function replyTime({ headers }: HttpResponse): number | undefined {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
