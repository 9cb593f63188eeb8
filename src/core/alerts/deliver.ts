import type { QueuedMessage } from '../state/alert-store.ts';
import { alertMessageSchema } from './message.ts';
import type { AlertPorts } from './ports.ts';
import type { Target } from './targets/alert-target.ts';

/** 1 minute, doubling to an hour, for three days. */
const initialRetryDelayMs = 60_000;
const maxRetryDelayMs = 3_600_000;
const givenUpMs = 3 * 86_400_000;

type Ports = Pick<AlertPorts, 'id' | 'pipeline' | 'store' | 'targets' | 'clock' | 'log'>;

/** Sends what is due. Each target gets its messages in order, and waits for no other target. */
export async function deliverMessages(ports: Ports): Promise<void> {
  const { id, pipeline, store, targets, log } = ports;
  const queues = Map.groupBy(await store.queuedMessages(id), ({ target }) => target);
  for (const [name, queue] of queues) {
    if (targets.some((target) => target.name === name)) continue;
    log.warn({ pipeline, target: name }, 'an alert for a target that is no longer configured is dropped');
    for (const message of queue) await store.dropMessage(message.id);
  }
  await Promise.all(targets.map((target) => deliverTo(target, queues.get(target.name) ?? [], ports)));
}

async function deliverTo(target: Target, queue: readonly QueuedMessage[], { store, clock, log }: Ports): Promise<void> {
  for (const queued of queue) {
    if (queued.dueAt > clock.now()) return;
    const failure = await send(target, queued);
    if (failure === undefined) {
      await store.dropMessage(queued.id);
      continue;
    }
    const attempts = queued.attempts + 1;
    log.error({ target: target.name, attempts, why: failure }, 'an alert was not delivered');
    if (clock.now() - queued.at < givenUpMs) {
      const waitMs = Math.min(initialRetryDelayMs * 2 ** queued.attempts, maxRetryDelayMs);
      return await store.postponeMessage(queued.id, { attempts, dueAt: clock.now() + waitMs });
    }
    await store.dropMessage(queued.id);
  }
}

/** Why it was not delivered; undefined when it was. */
async function send(target: Target, { message }: QueuedMessage): Promise<string | undefined> {
  try {
    await target.send(alertMessageSchema.parse(message));
    return undefined;
  } catch (error) {
    // Whatever a target meets, another one and the run go on: it is tried again.
    return error instanceof Error ? error.message : String(error);
  }
}
