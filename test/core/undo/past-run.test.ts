import { expect, test } from 'vitest';
import { ContractError, TransientError } from '../../../src/core/domain/errors.ts';
import { pastRunOf } from '../../../src/core/undo/past-run.ts';
import { createContext, noon } from '../../kit/ports.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A run that wrote one user, and a destination whose clock is known once it has answered. Ours is `fast` by so much. */
function undone({ fast, first }: { readonly fast: number; readonly first: number }) {
  const now = noon + 24 * hour;
  const asked: string[] = [];
  const row = { key: '1', outcome: 'created', destinationId: '361', at: first } as const;
  const pipeline = {
    store: { results: async () => [row], runs: async () => [] },
    clock: { now: () => now + fast },
    sink: {
      find: async (id: string) => void asked.push(id),
      now: () => (asked.length > 0 ? now : now + fast),
    },
  };
  // Of its ports these are all that is asked.
  return { pipeline: pipeline as unknown as Parameters<typeof pastRunOf>[0], asked };
}

const run = { id: 'r1', kind: 'sync', outcome: 'running', startedAt: noon + hour } as const;

test('of a run that was killed, what came after its begin is seen, though our clock is an hour fast and nothing was asked yet', async () => {
  // Its first result was recorded a minute after it began at noon: whoever wrote in between did so after our write.
  const { pipeline, asked } = undone({ fast: hour, first: noon + minute });
  const { since } = await pastRunOf(pipeline, run, createContext().context);
  expect(since).toBe(noon);
  expect(asked).toEqual(['361']);
});

test('of a run that ended, its results say when it began as well, should a clock have been set since', async () => {
  const { pipeline } = undone({ fast: 0, first: noon + minute });
  const ended = { ...run, outcome: 'failed', finishedAt: noon + hour + 2 * minute } as const;
  const { since } = await pastRunOf(pipeline, ended, createContext().context);
  expect(since).toBe(noon - minute);
});

test('a response that refuses this user brings the time as well; no response at all ends the undo', async () => {
  const { pipeline } = undone({ fast: hour, first: noon + minute });
  const { find } = pipeline.sink;
  const answering = (error: Error) => ({
    ...pipeline,
    sink: {
      ...pipeline.sink,
      find: async (...given: Parameters<typeof find>) => {
        await find(...given);
        throw error;
      },
    },
  });
  const refused = answering(new ContractError('Refused.', { status: 414 }));
  expect(await pastRunOf(refused, run, createContext().context)).toMatchObject({ since: noon });
  const down = answering(new TransientError('No response.'));
  await expect(pastRunOf(down, run, createContext().context)).rejects.toThrow('No response.');
});
