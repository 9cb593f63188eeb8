import type { z } from 'zod';
import type { TwinRequest } from './twin.ts';

/** A request to the sandbox itself that it cannot follow. Its response has this status, and a message that says what to send. */
export class SandboxRequestError extends Error {
  readonly status: 400 | 404;
  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.status = status;
  }
}

/** The JSON body of a request to `/__sandbox/…`. Throws SandboxRequestError with every problem at once. */
export function bodyOf<T>({ body }: TwinRequest, schema: z.ZodType<T>): T {
  return checked(parsedJson(body), schema, 'the body');
}

export function checked<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`);
  throw new SandboxRequestError(problems.join('; '));
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Whatever the parser says about it, JSON was expected.
    throw new SandboxRequestError('the body: expected JSON');
  }
}
