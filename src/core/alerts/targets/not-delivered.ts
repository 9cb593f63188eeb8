import { TransientError } from '../../domain/errors.ts';

/** How long a target may take. */
export const answerMs = 10_000;

/** Says nothing of what was sent where to: addresses of targets are secrets. */
export function deliveryFailed(why: string): TransientError {
  return new TransientError(`The alert was not delivered: ${why}.`, {
    code: 'alert-not-delivered',
    hint: 'Check the target under alerts.targets. It is tried again for three days.',
  });
}
