import { destinations } from '../../connectors/registry.ts';
import { declaredFields } from '../../connectors/zendesk/fields/declared.ts';
import { childEnvironment } from '../../core/child-environment.ts';
import type { Clock } from '../../core/clock.ts';
import { completeSink } from '../../core/complete-sink.ts';
import { describeSchema } from '../../core/config/schema-tools.ts';
import { defined } from '../../core/defined.ts';
import type { CallContext, Warning } from '../../core/domain/context.ts';
import type { CredentialStore } from '../../core/domain/credential-store.ts';
import { onSide } from '../../core/domain/errors.ts';
import type { FieldCoercer } from '../../core/domain/field-schema.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { AccountMetadata, Source } from '../../core/domain/source.ts';
import { defaultReplyMs } from '../../core/http/exchange.ts';
import { withDistinctKeys } from '../../core/records/distinct-keys.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { StateStore } from '../../core/state/store.ts';
import { validateFields } from '../../mappers/check-fields.ts';
import { createMapper, type ZendeskMapper } from '../../mappers/create-mapper.ts';
import { fieldsOf } from '../../mappers/mapper-function.ts';
import { pathsUsed, type RecordData } from '../../mappers/mapping.ts';
import { builtIns } from '../../mappers/registry.ts';
import { type Config, maxDeactivations } from '../config-schema.ts';
import { openCredentials } from '../connections/open-credentials.ts';
import { cachedAccountSchema, fetchDestinationSchema } from '../destination-facts.ts';
import type { Settings } from '../settings.ts';
import { fingerprintOf, identityOf } from './pipeline-identity.ts';
import type { CustomerPipeline, OpenOptions, PipelineParts } from './pipeline-parts.ts';

const dayMs = 86_400_000;

/** What is open already when the rest is made. */
export interface Opened {
  readonly store: StateStore;
  readonly id: PipelineId;
  readonly lease: Lease | undefined;
  readonly clock: Clock;
  /** What must be closed, in the order in which it was opened. */
  readonly closers: (() => Promise<void> | void)[];
}

/** Makes everything that a configuration declares, around the open state. */
export async function assemble(options: OpenOptions, opened: Opened): Promise<Omit<PipelineParts, 'close'>> {
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
    ...(online !== false &&
      (await onSide('source', async () => await source.facts?.(context, (await store.checkpoint(id))?.cursor)))),
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
