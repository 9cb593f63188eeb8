import { expect, test } from 'vitest';
import { StateError } from '../../../../src/core/domain/errors.ts';
import type { Turn, Turns } from '../../../../src/core/service/turns/turns.ts';
import { type ConfiguredAccount, createWorker, type DueAccounts } from '../../../../src/core/service/turns/worker.ts';
import { quiet } from '../../../kit/ports.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const away = async (): Promise<never> => {
  throw new StateError('The database is away.', { code: 'network' });
};

const work: ConfiguredAccount['work'] = async () => ({ nextAt: undefined, retries: {}, isUnfinished: false });

/** A worker that takes one turn, of the account `acme`, and then is stopped. Returns how often the turn was given back. */
async function takeOne({
  turns = {},
  due = {},
  configured = { configuration: '1', work },
}: {
  readonly turns?: Partial<Turns>;
  readonly due?: Partial<DueAccounts>;
  readonly configured?: ConfiguredAccount | undefined;
}): Promise<number> {
  const { clock } = createTestClock();
  const stop = new AbortController();
  let released = 0;
  let turn: Turn | undefined = {
    account: 'acme',
    release: async () => {
      released += 1;
    },
  };
  const worker = createWorker({
    clock,
    log: quiet,
    sweepMs: 1_000,
    sweep: async () => undefined,
    concurrency: 1,
    accounts: () => new Map(configured ? [['acme', configured]] : []),
    turns: {
      nudge: async () => undefined,
      async take() {
        const taken = turn;
        turn = undefined;
        return taken;
      },
      async wait(signal) {
        stop.abort(new Error('It has had its turn.'));
        signal.throwIfAborted();
      },
      who: async () => [],
      close: async () => undefined,
      ...turns,
    },
    due: {
      load: async () => ({ retries: {} }),
      save: async () => undefined,
      remove: async () => undefined,
      changed: async () => [],
      ...due,
    },
  });
  await worker.run(stop.signal);
  return released;
}

test.each([
  ['its work is done', {}],
  ['its work failed', { configured: { configuration: '1', work: away } }],
  [
    'its work failed, and so does the nudge',
    { configured: { configuration: '1', work: away }, turns: { nudge: away } },
  ],
  ['it could not be saved when it is due next', { due: { save: away }, turns: { nudge: away } }],
  ['it is not configured any more', { configured: undefined }],
  ['it is not configured any more, and that could not be saved', { configured: undefined, due: { remove: away } }],
])('a turn is given back when %s', async (_, given) => {
  expect(await takeOne(given)).toBe(1);
});
