import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { OperationContext } from '../operations/context.ts';
import { scheduleFrom } from './schedules.ts';
import { openServiceStoreOrNone, serviceLocation } from './service-store.ts';

/**
 * How far a service of the configuration's folder has followed the schedule of a pipeline that has not run yet. Undefined
 * where none follows it.
 */
export async function firstScheduleOf({
  settings,
  host,
  clock,
  log,
}: OperationContext): Promise<ScheduleState | undefined> {
  const location = serviceLocation(settings.folder, { env: settings.env });
  const store = await openServiceStoreOrNone(location, { ...host, clock, log });
  try {
    return scheduleFrom(await store.entry('schedule', settings.name));
  } finally {
    await store.close();
  }
}
