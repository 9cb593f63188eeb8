import type { Failpoint } from '../../../src/core/failpoints.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';

/** The process dies when it has taken a step for the n-th time. */
export interface Death {
  readonly step: Failpoint;
  readonly times: number;
}

export interface Kill {
  readonly scenario: ScenarioName;
  /** One process after another: the second one dies while it brings to an end what the first one left. */
  readonly deaths: readonly Death[];
}

const table: readonly (readonly [ScenarioName, Partial<Record<Failpoint, readonly number[]>>])[] = [
  [
    'few',
    {
      'token-rotated': [1],
      'token-saved': [1, 2],
      'directory-saved': [1],
      'decisions-recorded': [1],
      'intent-recorded': [1],
      'request-sent': [1],
      'job-recorded': [1],
      'job-ended': [1],
      'results-recorded': [1],
      'checkpoint-saved': [1],
      'run-recorded': [1],
    },
  ],
  [
    'second',
    {
      'directory-saved': [1],
      'decisions-recorded': [1, 3],
      'intent-recorded': [1, 2, 5],
      'request-sent': [1, 2, 5],
      'job-recorded': [1, 2, 5],
      'job-ended': [1, 2, 5],
      'email-added': [1, 2],
      'email-made-primary': [1, 2, 3],
      'email-removed': [1, 2, 3],
      'results-recorded': [1, 2, 5],
      'checkpoint-saved': [1],
      'run-recorded': [1],
    },
  ],
  [
    'deletes',
    {
      'intent-recorded': [1],
      'request-sent': [1, 2],
      'job-recorded': [1],
      'job-ended': [1],
      'results-recorded': [1],
    },
  ],
  ['single', { 'intent-recorded': [1, 2, 3], 'request-sent': [1, 4, 7], 'results-recorded': [1, 2] }],
  ['singleTaken', { 'request-sent': [1, 2], 'results-recorded': [1] }],
  ['address', { 'email-added': [1], 'email-made-primary': [1], 'email-removed': [1] }],
  ['swap', { 'email-made-primary': [1, 2], 'email-removed': [1, 2] }],
  ['swapRelated', { 'email-made-primary': [1, 2], 'email-removed': [1, 2] }],
  ['retry', { 'decisions-recorded': [1], 'intent-recorded': [1], 'request-sent': [1], 'results-recorded': [1] }],
  ['oneJob', { 'intent-recorded': [1, 2], 'results-recorded': [1] }],
  ['refreshing', { 'token-rotated': [2], 'token-saved': [2] }],
  [
    'undo',
    {
      'undo-held': [1],
      'intent-recorded': [1],
      'request-sent': [1, 2],
      'job-recorded': [1],
      'job-ended': [1, 2],
      'email-added': [1],
      'email-made-primary': [1],
      'email-removed': [1],
      'results-recorded': [1, 2],
      'run-recorded': [1],
    },
  ],
  ['undoMany', { 'intent-recorded': [2], 'request-sent': [3], 'results-recorded': [3] }],
  [
    'identity',
    {
      'decisions-recorded': [1],
      'intent-recorded': [1, 5],
      'request-sent': [1, 2, 5],
      'job-recorded': [1, 5],
      'job-ended': [1, 5],
      'email-made-primary': [1],
      'results-recorded': [1, 5],
      'checkpoint-saved': [1],
    },
  ],
  ['money', { 'results-recorded': [1], 'checkpoint-saved': [1] }],
  ['moneyDay', { 'results-recorded': [1], 'checkpoint-saved': [1] }],
  [
    'shared',
    {
      'decisions-recorded': [1, 2],
      'intent-recorded': [1, 2, 3],
      'request-sent': [1, 2, 3],
      'job-recorded': [1, 2],
      'job-ended': [1, 2],
      'email-added': [1],
      'email-made-primary': [1],
      'email-removed': [1, 2],
      'results-recorded': [1, 2, 3],
      'checkpoint-saved': [1],
    },
  ],
  [
    'undoShared',
    {
      'request-sent': [1, 2],
      'results-recorded': [1, 2],
      'email-added': [1],
      'email-made-primary': [1],
      'email-removed': [1],
    },
  ],
  [
    'mergePairs',
    { 'intent-recorded': [1, 2], 'request-sent': [1, 2], 'results-recorded': [1, 2], 'run-recorded': [1] },
  ],
  ['related', { 'request-sent': [1, 2, 3], 'results-recorded': [1] }],
];

const once: readonly Kill[] = table.flatMap(([scenario, deaths]) =>
  Object.entries(deaths).flatMap(([step, all]) =>
    // The keys of the table are steps: its type says so.
    all.map((times): Kill => ({ scenario, deaths: [{ step: step as Failpoint, times }] })),
  ),
);

/** What the first process left is being found out, or has just been, when the second one dies. */
const twice: readonly Kill[] = [
  ...(['few', 'second', 'identity', 'deletes', 'undo', 'mergePairs'] as const).map(
    (scenario): Kill => ({
      scenario,
      deaths: [
        { step: 'request-sent', times: 1 },
        { step: 'batch-recovered', times: 1 },
      ],
    }),
  ),
  ...(['second', 'deletes'] as const).map(
    (scenario): Kill => ({
      scenario,
      deaths: [
        { step: 'job-ended', times: 1 },
        { step: 'request-sent', times: 1 },
      ],
    }),
  ),
];

export const kills: readonly Kill[] = [...once, ...twice];

export function nameOfKill({ scenario, deaths }: Kill): string {
  return `kill -9 at ${deaths.map(({ step, times }) => `${step} (${times})`).join(', then at ')} (${scenario})`;
}
