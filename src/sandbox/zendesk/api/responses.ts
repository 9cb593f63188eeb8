import type { TwinResponse } from '../../server/twin.ts';
import type { FieldProblem } from '../people/user.ts';

/** How Zendesk words its refusals. */

export const notFound: TwinResponse = { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
export const forbidden: TwinResponse = {
  status: 403,
  body: { error: 'Forbidden', description: 'You do not have access to this page.' },
};
export const tooManyJobs: TwinResponse = {
  status: 429,
  body: { error: 'TooManyJobs', description: 'Too many jobs are currently queued or running. Try again later.' },
};

/** Of more than a hundred ids (recorded, with the two spaces). */
export const tooManyValues: TwinResponse = {
  status: 400,
  body: { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
};

export function invalid({ field, description, error }: FieldProblem): TwinResponse {
  const details = { [field]: [{ description, ...(error && { error }) }] };
  return { status: 422, body: { error: 'RecordInvalid', description: 'Record validation errors', details } };
}

export function warned(keys: readonly string[]): Readonly<Record<string, string>> {
  if (keys.length === 0) return {};
  return {
    'x-zendesk-api-warn': `{:allowed_parameters=>{:unpermitted_keys=>[${keys.map((key) => `"${key}"`).join(', ')}], :invalid_values=>[]}}`,
  };
}
