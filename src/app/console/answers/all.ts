import type { ConsoleContext } from '../console-context.ts';
import type { Plans } from '../plans.ts';
import { alertHandlers } from './alerts.ts';
import { connectionHandlers } from './connections.ts';
import { customerHandlers } from './customers.ts';
import { eventHandlers } from './events.ts';
import { mappingHandlers } from './mapping.ts';
import { pipelineHandlers } from './pipelines.ts';
import { planHandlers } from './plans.ts';
import { rejectHandlers } from './rejects.ts';
import { runHandlers } from './runs.ts';
import { taskHandlers } from './tasks.ts';

/** What answers every endpoint but those of the session. */
export function answers(context: ConsoleContext, plans: Plans) {
  return {
    ...pipelineHandlers(context),
    ...runHandlers(context),
    ...customerHandlers(context),
    ...rejectHandlers(context),
    ...planHandlers(context, plans),
    ...taskHandlers(context, plans),
    ...mappingHandlers(context),
    ...connectionHandlers(context),
    ...alertHandlers(context),
    ...eventHandlers(context),
  };
}
