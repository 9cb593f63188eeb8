import type { Role } from '../api/endpoint.ts';
import { consoleEvent } from '../api/events.ts';
import { maskCustomerData } from '../router/mask.ts';
import { visibleTask } from '../tasks/visible-task.ts';

/** An event as the stream sends it; undefined for one of another version, which nobody here knows. */
export function eventText(id: number, value: unknown, role: Role = 'operator'): string | undefined {
  const event = consoleEvent.safeParse(value).data;
  if (!event) return undefined;
  const shown = event.kind === 'task' ? { ...event, task: visibleTask(event.task, role) } : event;
  const data = role === 'viewer' ? maskCustomerData(consoleEvent, shown) : shown;
  return `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
