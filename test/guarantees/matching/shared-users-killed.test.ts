import { test } from 'vitest';
import { killRounds } from '../../kit/shared-users/kill-rounds.ts';

/** `npm run faults -- --state postgres` does the same with the state in PostgreSQL. */
test(
  'ten runs with changing addresses, killed at random, come to the end of one clean run; an undo takes the last back',
  {
    timeout: 300_000,
  },
  killRounds,
);
