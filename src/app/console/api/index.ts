import type { z } from 'zod';
import { alertEndpoints } from './alerts.ts';
import { connectionEndpoints } from './connections.ts';
import { customerEndpoints } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import { type consoleEvent, eventEndpoints } from './events.ts';
import { mappingEndpoints } from './mapping.ts';
import { pipelineEndpoints } from './pipelines.ts';
import { planEndpoints } from './plans.ts';
import { rejectEndpoints } from './rejects.ts';
import { runEndpoints } from './runs.ts';
import { sessionEndpoints } from './session.ts';
import { taskEndpoints } from './tasks.ts';

/**
 * Everything that the console's API answers, by the id of the operation.
 *
 * The pages are served under `/console/`, files with a hash in their name from `/console/assets/`, and every other path below
 * `/console/` answers with index.html. `/` leads there. A one-time link is `/console/sign-in#LINK`.
 * A refusal is `{ error: { code, message, hint } }`: 401 `signed-out`, 403 `role`, `csrf` or `origin`, 404, 409 `locked`, 429.
 */
export const endpoints = {
  ...sessionEndpoints,
  ...pipelineEndpoints,
  ...runEndpoints,
  ...customerEndpoints,
  ...rejectEndpoints,
  ...planEndpoints,
  ...taskEndpoints,
  ...mappingEndpoints,
  ...connectionEndpoints,
  ...alertEndpoints,
  ...eventEndpoints,
} as const satisfies Readonly<Record<string, Endpoint>>;

export type Endpoints = typeof endpoints;
export type EndpointId = keyof Endpoints;

/** `Answer<'listRuns'>['items'][number]` is a run. */
export type Answer<Id extends EndpointId> = z.output<Endpoints[Id]['answer']>;
/** As it is sent: what has a default may be left out. */
export type Query<Id extends EndpointId> = Endpoints[Id]['query'] extends z.ZodType
  ? z.input<Endpoints[Id]['query']>
  : undefined;
export type Body<Id extends EndpointId> = Endpoints[Id]['body'] extends z.ZodType
  ? z.input<Endpoints[Id]['body']>
  : undefined;
/** Names of the parameters in a path. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;
export type ConsoleEvent = z.output<typeof consoleEvent>;
