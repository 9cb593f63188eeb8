import { onTestFinished } from 'vitest';
import { placeOf } from '../../../src/app/service/catalog/place.ts';
import { type Service, type ServiceOptions, startService } from '../../../src/app/service/serve.ts';
import { wordsFor } from '../../../src/cli/remedies.ts';
import type { ServiceEvent } from '../../../src/core/service/events.ts';
import type { TestEnvironment } from '../environment/test-environment.ts';
import { eventually } from '../eventually.ts';
import { quiet } from '../ports.ts';

export type Kind = ServiceEvent['kind'];
export type EventOf<K extends Kind> = Extract<ServiceEvent, { kind: K }>;

/** A service of the test’s folder, on a free port, ended with the test. */
export async function startServing(
  { folder, terminal }: Pick<TestEnvironment, 'folder' | 'terminal'>,
  given: Partial<ServiceOptions> = {},
) {
  const events: ServiceEvent[] = [];
  const stopping = new AbortController();
  const hangUps: (() => void)[] = [];
  const service: Service = await startService({
    host: { ...terminal, wordsFor },
    signal: stopping.signal,
    onReloadRequest: (listener) => hangUps.push(listener),
    place: placeOf(folder, terminal),
    listen: { host: '127.0.0.1', port: 0, allowedHosts: [] },
    concurrency: 4,
    log: quiet,
    runLog: quiet,
    sourceLimits: { concurrent: 10 },
    listeners: [(event) => events.push(event)],
    ...given,
  });
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('asked to stop'));
    await service.ended;
  };
  onTestFinished(stop);
  const of = <K extends Kind>(kind: K): readonly EventOf<K>[] =>
    events.filter((event): event is EventOf<K> => event.kind === kind);
  return {
    ...service,
    of,
    stop,
    stopping,
    hangUp: () => hangUps[0]?.(),
    /** Resolves when there were so many. */
    waitFor: (kind: Kind, count = 1) => eventually(() => of(kind).length >= count),
    async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
      const reply = await fetch(`http://127.0.0.1:${service.port}${path}`, { headers: { connection: 'close' } });
      return { status: reply.status, text: await reply.text() };
    },
  };
}
