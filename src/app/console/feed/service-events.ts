import type { Clock } from '../../../core/clock.ts';
import type { Listener, ServiceEvent } from '../../../core/service/events.ts';
import type { ProgressEvent } from '../../progress-event.ts';
import type { ConsoleEvent } from '../api/index.ts';
import { createProgressView } from '../tasks/progress.ts';
import type { Feed } from './feed.ts';

const progressMs = 1_000;

/** Hands on what happens in the service. Nothing of it waits for that. */
export function createServiceEvents({ feed, clock }: { readonly feed: Feed; readonly clock: Clock }) {
  const running = new Map<string, { readonly view: ReturnType<typeof createProgressView>; at: number }>();
  let publishing: Promise<void> = Promise.resolve();

  function publish(event: ConsoleEvent): void {
    publishing = publishing.then(() => feed.publish([event]));
  }

  const listener: Listener = (event) => {
    if ('pipeline' in event && (event.kind === 'run-ended' || event.kind === 'run-rejected'))
      running.delete(event.pipeline);
    const shown = shownAs(event);
    if (shown) publish(shown);
  };

  return {
    listener,
    onProgress(pipeline: string, event: ProgressEvent): void {
      const known = running.get(pipeline) ?? { view: createProgressView(clock), at: Number.NEGATIVE_INFINITY };
      running.set(pipeline, known);
      const progress = known.view(event);
      if (clock.elapsed() - known.at < progressMs) return;
      known.at = clock.elapsed();
      publish({ kind: 'progress', pipeline, progress });
    },
    idle: () => publishing,
  };
}

function shownAs(event: ServiceEvent): ConsoleEvent | undefined {
  switch (event.kind) {
    case 'run-started':
      return { kind: 'run-started', pipeline: event.pipeline };
    case 'run-ended':
      return { kind: 'run-ended', pipeline: event.pipeline, run: event.report.run, outcome: event.report.outcome };
    case 'run-rejected':
      return { kind: 'run-rejected', pipeline: event.pipeline, code: event.code, message: event.message };
    case 'runs-missed':
      return { kind: 'runs-missed', pipeline: event.pipeline, count: event.due.length };
    case 'config-reloaded':
    case 'config-rejected':
      return { kind: 'configurations' };
    case 'tick':
      return undefined;
    default:
      return event satisfies never;
  }
}
