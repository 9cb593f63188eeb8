import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';

export function eventHandlers({ feed }: ConsoleContext): Pick<Handlers, 'streamEvents'> {
  return {
    async streamEvents({ caller, request }) {
      const reader = {
        role: caller.role,
        name: caller.session ?? caller.name,
        lastEventId: request.headers['last-event-id'],
      };
      feed.assertRoom(reader);
      // A proxy that collects what it passes on would keep it back.
      return { headers: { 'x-accel-buffering': 'no' }, stream: (out) => feed.stream(out, reader) };
    },
  };
}
