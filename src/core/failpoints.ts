/**
 * The named steps of a run, in their order of effects (ARCHITECTURE: order of effects). A process may die between any two of
 * them; tests stop it at each. Nothing else listens.
 */
export const failpoints = [
  /** A refresh token was spent and its successor is not on disk yet. */
  'token-rotated',
  'token-saved',
  'batch-recovered',
  'directory-saved',
  /** Settled or waiting, all of it in the state; what must be written is not sent yet. */
  'decisions-recorded',
  'intent-recorded',
  /** The destination has taken a write, and nothing of its answer is on disk. */
  'request-sent',
  'job-recorded',
  'job-ended',
  'email-added',
  'email-made-primary',
  'email-removed',
  'results-recorded',
  'checkpoint-saved',
  'undo-held',
  'run-recorded',
] as const;
export type Failpoint = (typeof failpoints)[number];
export type OnFailpoint = (step: Failpoint) => void;
