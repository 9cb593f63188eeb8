import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { PipelineIdentity } from '../../../core/domain/pipeline.ts';
import { type ScheduleConfig, scheduleOf } from '../../../core/service/schedule.ts';
import { identityOf } from '../../pipeline/pipeline-identity.ts';
import type { Settings } from '../../settings.ts';
import { keyOf, type StateLocation } from '../../state/location.ts';

/**
 * What a service must know of a configuration before its run begins. All else is read when it does: thousands of
 * pipelines fit into one process. Holds no secret.
 */
export interface PipelineFacts {
  readonly name: string;
  readonly identity: PipelineIdentity;
  readonly schedule?: ScheduleConfig;
  readonly state: StateLocation;
  /** What pipelines that write to one account must agree on. */
  readonly budget: { readonly reserve: number; readonly maxJobs: number };
  /** Hashes of its refresh tokens: pipelines with one token need one state. */
  readonly tokens: readonly string[];
  readonly receivesWebhooks: boolean;
  readonly hasAlerts: boolean;
}

export function factsOf(settings: Settings): PipelineFacts {
  const { name, config, source, state } = settings;
  const { reserve, maxJobs } = config.destination;
  const schedule = config.schedule === undefined ? undefined : scheduleOf(config.schedule);
  return {
    name,
    identity: identityOf(settings),
    state,
    budget: { reserve, maxJobs },
    tokens: [config.source, config.destination].flatMap(tokenHashes),
    receivesWebhooks: source.parseWebhook !== undefined,
    hasAlerts: config.alerts !== undefined,
    ...defined({ schedule }),
  };
}

function tokenHashes(side: object): readonly string[] {
  const token = 'refreshToken' in side ? side.refreshToken : undefined;
  return typeof token === 'string' ? [createHash('sha256').update(token).digest('base64url')] : [];
}

const stored = z.object({
  name: z.string(),
  identity: z.object({
    name: z.string(),
    sourceConnector: z.string(),
    sourceOrigin: z.string(),
    sourceAccount: z.string(),
    destinationOrigin: z.string(),
  }),
  schedule: z.object({ cron: z.string(), timeZone: z.string(), jitter: z.number() }).exactOptional(),
  /** Null: the state of the service. */
  state: z.object({ kind: z.literal('sqlite'), path: z.string(), location: z.string() }).nullable(),
  budget: z.object({ reserve: z.number(), maxJobs: z.number() }),
  tokens: z.array(z.string()),
  receivesWebhooks: z.boolean(),
  hasAlerts: z.boolean(),
});

/**
 * `own`: the state of the service. Undefined for what must be read at each start: the address of another database may hold
 * a password.
 */
export function storedFacts({ schedule, ...facts }: PipelineFacts, own: StateLocation): Json | undefined {
  const { state, identity } = facts;
  const isOwn = keyOf(state) === keyOf(own);
  if (state.kind !== 'sqlite' && !isOwn) return undefined;
  const kept = state.kind === 'sqlite' ? { ...state } : null;
  return { ...facts, state: kept, identity: { ...identity }, ...(schedule && { schedule: { ...schedule } }) };
}

/** Undefined for what another version has stored. */
export function factsFrom(value: Json, own: StateLocation): PipelineFacts | undefined {
  const found = stored.safeParse(value).data;
  return found && { ...found, state: found.state ?? own };
}
