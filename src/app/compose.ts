import { destinations } from '../connectors/registry.ts';
import { declaredFields } from '../connectors/zendesk/fields/declared.ts';
import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import { childEnvironment } from '../core/child-environment.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { completeSink } from '../core/complete-sink.ts';
import type { Problem } from '../core/config/config-file.ts';
import { describeSchema } from '../core/config/schema-tools.ts';
import { defined } from '../core/defined.ts';
import type { CallContext, Warning } from '../core/domain/context.ts';
import type { CredentialStore } from '../core/domain/credential-store.ts';
import { onSide } from '../core/domain/errors.ts';
import type { DestinationSchema, FieldCoercer } from '../core/domain/field-schema.ts';
import type { Logger } from '../core/domain/log.ts';
import type { PipelineId, PipelineIdentity } from '../core/domain/pipeline.ts';
import type { AccountMetadata, Source } from '../core/domain/source.ts';
import type { OnFailpoint } from '../core/failpoints.ts';
import { defaultReplyMs } from '../core/http/exchange.ts';
import type { RateLimits } from '../core/http/rate-limits.ts';
import type { SharedResources } from '../core/http/shared-resources.ts';
import { beforeRun } from '../core/pipeline/before-run.ts';
import type { Pipeline, RunOptions } from '../core/pipeline/types.ts';
import { withDistinctKeys } from '../core/records/distinct-keys.ts';
import type { Lease } from '../core/state/lease.ts';
import type { StateStore } from '../core/state/store.ts';
import { validateFields } from '../mappers/check-fields.ts';
import { createMapper, type ZendeskMapper } from '../mappers/create-mapper.ts';
import { fieldsOf } from '../mappers/mapper-function.ts';
import { pathsUsed, type RecordData } from '../mappers/mapping.ts';
import { builtIns } from '../mappers/registry.ts';
import { type Config, maxDeactivations } from './config-schema.ts';
import { openCredentials } from './connections/open-credentials.ts';
import { cachedAccountSchema, fetchDestinationSchema } from './destination-facts.ts';
import type { Host } from './host.ts';
import type { Settings } from './settings.ts';

const dayMs = 86_400_000;

export type CustomerPipeline = Pipeline<RecordData, ZendeskUser>;

export interface PipelineParts {
  readonly settings: Settings;
  readonly pipeline: CustomerPipeline;
  readonly mapper: ZendeskMapper;
  /** Paths of a record that the mapping reads. */
  readonly uses: readonly string[];
  /** What Zendesk's account has, as it says now or (where it was not asked) said last. */
  readonly facts: DestinationSchema | undefined;
  /** What the mapping says that the destination's fields do not take. */
  readonly invalidValues: readonly Problem[];
  readonly context: CallContext;
  readonly credentials: CredentialStore;
  close(): Promise<void>;
}

/** What an operation asks for. */
export interface OpenOptions {
  readonly settings: Settings;
  readonly host: Host;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Take the lease: for operations that write. */
  readonly write: boolean;
  /**
   * Ask for facts that mapping needs: of both sides, or of the source alone, taking what Zendesk reported last. Not for
   * operations that only read the state.
   */
  readonly online: boolean | 'source';
  /** Go on although the mapping does not fit the destination's fields: for operations that show just that. */
  readonly allowInvalidMapping?: boolean;
  readonly sourceLimits?: RateLimits;
  /** In place of the machine's. */
  readonly clock?: Clock;
  /** In place of the connectors' own time-outs. */
  readonly replyMs?: number;
  readonly onFailpoint?: OnFailpoint;
  /** The run that it is opened for: when it can't begin, it is recorded as one that failed. */
  readonly run?: RunOptions['kind'];
  /** What is shared with the other pipelines of the process. */
  readonly budgets?: SharedResources;
}

/** Puts a pipeline together from its configuration. Everything opened is closed by `close`. */
export async function open(options: OpenOptions): Promise<PipelineParts> {
  const { settings, host, log, signal, write, clock = systemClock, run } = options;
  const { state, name } = settings;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const backend = await host.states.open(state);
    closers.push(backend.close);
    const identity = identityOf(settings);
    const lease = write ? await backend.acquireLease(identity.destinationOrigin) : undefined;
    if (lease) closers.push(lease.release);
    const store = await backend.openStore({ clock, ...defined({ lease }) });
    closers.push(() => store.close());
    const id = await store.openPipeline(identity);
    const parts = () => assemble(options, { store, id, lease, clock, closers });
    const assembled = run ? await beforeRun(run, { store, id, name, clock, log, signal }, parts) : await parts();
    return { ...assembled, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened {
  readonly store: StateStore;
  readonly id: PipelineId;
  readonly lease: Lease | undefined;
  readonly clock: Clock;
  /** What must be closed, in the order in which it was opened. */
  readonly closers: (() => Promise<void> | void)[];
}

/** Everything that is made from a configuration, around the state that is open. */
async function assemble(options: OpenOptions, opened: Opened): Promise<Omit<PipelineParts, 'close'>> {
  const { settings, host, log, signal, online, onFailpoint, allowInvalidMapping } = options;
  const { store, id, lease, clock, closers } = opened;
  const { config, name, mapping } = settings;
  const credentials = await openCredentials(settings, { ...host, clock });
  closers.push(() => credentials.close());
  const warnings: Warning[] = [];
  const context: CallContext = { signal, log, warn: (warning) => warnings.push(warning) };
  const uses = pathsRead(settings);
  const both = { ...options, credentials, clock };
  const source = openSource(both, { uses, closers });
  const sink = openSink(both, { lease, closers });
  const accountFacts = {
    ...(online !== false && (await onSide('source', async () => await source.facts?.(context)))),
    ...defined({ country: config.country }),
  };
  const facts =
    online === true ? await fetchDestinationSchema({ sink, store, id, context }) : await cachedAccountSchema(store, id);
  const coercer = destinations.zendesk.createFieldCoercer(facts, {
    fields: declaredFields(config.fields),
    organizationFields: declaredFields(config.organizationFields),
  });
  const invalidValues = validateFields(mapping, config.organizations, coercer);
  if (online !== false && allowInvalidMapping !== true) settings.refuse(invalidValues);
  const mapper = mapperOf(settings, { facts: accountFacts, coercer });
  const pipeline: CustomerPipeline = {
    name,
    id,
    identity: identityOf(settings),
    source: withDistinctKeys(source, config.policies.duplicateKeys),
    mapper,
    fingerprint: fingerprintOf(settings, mapper),
    sink,
    store,
    policies: policiesOf(config),
    clock,
    log,
    ...defined({ onFailpoint, settledAt: settledAtOf(options, opened) }),
    warnings,
  };
  return { settings, pipeline, mapper, uses, facts, invalidValues, context, credentials };
}

/** A request that was sent at the last moment ends with its time-out. */
function settledAtOf({ replyMs = defaultReplyMs }: OpenOptions, { lease, clock }: Opened): number | undefined {
  return lease?.fence === undefined ? undefined : clock.elapsed() + (lease.graceMs ?? 0) + replyMs;
}

type SideOptions = OpenOptions & { readonly credentials: CredentialStore; readonly clock: Clock };

function openSource(
  options: SideOptions,
  { uses, closers }: { readonly uses: readonly string[] } & Pick<Opened, 'closers'>,
): Source<RecordData> {
  const { settings, host, sourceLimits } = options;
  // Its records are what its own schema says; a mapping holds its paths against that, and trusts it from there on.
  const source = settings.source.createSource({
    ...connectorOptions(options),
    folder: settings.folder,
    stdin: host.stdin,
    childEnvironment: childEnvironment(host.env),
    uses,
    ...defined({ limits: sourceLimits }),
  }) as Source<RecordData>;
  closers.push(async () => await source.close?.());
  return source;
}

function openSink(
  options: SideOptions,
  { lease, closers }: Pick<Opened, 'lease' | 'closers'>,
): CustomerPipeline['sink'] {
  const { config, connector, mapping, custom } = options.settings;
  const destination = destinations.zendesk;
  const own = destination.createSink({
    ...connectorOptions(options),
    config: config.destination,
    fields: fieldsOf({ builtIn: builtInOf(options.settings), mapping, organizations: config.organizations, custom }),
    policies: { ...config.policies, deletedInDestination: config.policies.deletedInZendesk },
    identity: config.identity,
    sourceName: connector.name,
    ...defined({ beforeWrite: lease?.assertHeld }),
  });
  const sink = completeSink(own, { title: destination.title, clock: options.clock });
  closers.push(() => sink.close());
  return sink;
}

/** What both sides are given. */
function connectorOptions({ host, log, credentials, clock, replyMs, onFailpoint, budgets }: SideOptions) {
  return {
    credentials,
    clock,
    log,
    onSecret: (secret: string) => host.redactor.add(secret),
    ...defined({ replyMs, onFailpoint, budgets }),
  };
}

function builtInOf({ connector, config }: Settings) {
  return builtIns.get(connector.name)?.(config.source);
}

/** Paths of a record that the mapping reads. What a function reads, nobody can say. */
function pathsRead(settings: Settings): readonly string[] {
  const { config, connector, mapping, custom } = settings;
  if (custom) return describeSchema(connector.record).map(({ path }) => path);
  const { organizations, filter } = config;
  return pathsUsed({ builtIn: builtInOf(settings), mapping, organizations, filter });
}

function mapperOf(
  settings: Settings,
  { facts, coercer }: { readonly facts: AccountMetadata; readonly coercer: FieldCoercer },
): ZendeskMapper {
  const { config, connector, mapping, custom, placeOf, source } = settings;
  return createMapper({
    builtIn: builtInOf(settings),
    mapping,
    organizations: config.organizations,
    filter: config.filter,
    connector: connector.name,
    account: source.account,
    facts,
    invalidEmail: config.policies.invalidEmail,
    coercer,
    custom,
    placeOf,
  });
}

function policiesOf({ policies: { sharedEmail, inactive, maxDeactivations: limit }, retention }: Config) {
  return { sharedEmail, inactive, maxDeactivations: maxDeactivations(limit), retentionMs: retention * dayMs };
}

/** Everything that decides what becomes of a record: when it changes, everything is read again. */
function fingerprintOf({ config: { policies, identity } }: Settings, mapper: ZendeskMapper): string {
  const decisive = [JSON.stringify(policies), ...(identity ? [JSON.stringify(identity)] : [])];
  return [mapper.fingerprint, ...decisive].join(' ');
}

/** What a pipeline is, in its state. */
export function identityOf({ name, connector, source, config }: Settings): PipelineIdentity {
  return {
    name,
    sourceConnector: connector.name,
    sourceOrigin: source.origin,
    sourceAccount: source.account,
    destinationOrigin: destinations.zendesk.origin(config.destination),
  };
}
