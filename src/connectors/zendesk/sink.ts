import type { SinkOptions } from '../../core/destination.ts';
import type { CallContext, CheckResult } from '../../core/domain/context.ts';
import type { DestinationSchema } from '../../core/domain/field-schema.ts';
import type { Sink } from '../../core/domain/sink.ts';
import type { DirectoryUser } from '../../core/domain/user.ts';
import type { Batch, WriteContext } from '../../core/domain/write.ts';
import { createRateLimiter } from '../../core/http/rate-limiter.ts';
import { sharedRateLimiter } from '../../core/http/shared-resources.ts';
import { createAccount } from './account/account.ts';
import { assertPolicyWorks } from './account/account-settings.ts';
import { createZendeskApi } from './api/api.ts';
import { assertIdentityField, identityMark, keepIdentityIn } from './api/identity-field.ts';
import { createZendeskAudit } from './audit/audit.ts';
import { checkZendesk } from './check.ts';
import { type ZendeskConfig, zendeskOrigin } from './config.ts';
import { changeField } from './fields/change-field.ts';
import { createBulkPermission } from './jobs/bulk-permission.ts';
import { sharedJobGate } from './jobs/job-gate.ts';
import { createJobTracker } from './jobs/job-tracker.ts';
import { maxRowsPerJob, organizationUpdatesPerMinute, readyBatches } from './limits.ts';
import { decide } from './match/decide.ts';
import { refreshDirectory, toDirectoryUser } from './match/directory.ts';
import { findEmailCycles } from './match/email-cycles.ts';
import { findSurvivors } from './match/find-survivors.ts';
import { keepsEmail, type ZendeskPolicies } from './match/ownership.ts';
import { createMerging } from './merge/merging.ts';
import { connect } from './oauth/http-client.ts';
import { createOrganizations } from './related/organizations.ts';
import { planRevert } from './undo/plan-revert.ts';
import { revertOrganizations } from './undo/revert-organizations.ts';
import { createTicketHolders } from './undo/ticket-holders.ts';
import type { ZendeskUser } from './user.ts';
import { createUserPayloads } from './user-payloads.ts';
import { createAmbiguousWriteBackoff } from './write/ambiguous-writes.ts';
import { type Intent, isCreate, isDelete, isToExistingUser } from './write/intents.ts';
import { recoverBatch } from './write/recover.ts';
import { createSimulator, estimate } from './write/simulate.ts';
import { compare } from './write/verify-writes.ts';
import { writeCreates } from './write/write-creates.ts';
import { writeDeletes } from './write/write-deletes.ts';
import type { WriteDependencies } from './write/write-dependencies.ts';
import { writeUpdates } from './write/write-updates.ts';

/** Zendesk's users as a destination. */
export function createZendeskSink(options: SinkOptions<ZendeskConfig>): Required<Sink<ZendeskUser, Intent>> {
  const { config, clock, fields, sourceName } = options;
  const policies: ZendeskPolicies = {
    ...options.policies,
    inactiveTag: `${sourceName}-inactive`,
    get ownedTags() {
      return account.ownedTags();
    },
  };
  const { http, budget, close } = connect('destination', options);
  const apiWarnings = new Set<string>();
  const identityField = options.identity?.field;
  const plainApi = createZendeskApi({ http, clock, onApiWarning: (text) => apiWarnings.add(text) });
  const api = identityField === undefined ? plainApi : keepIdentityIn(identityField, { api: plainApi, clock });
  const jobs = createJobParts(options, api);
  const account = createAccount({ api, fields, inactive: policies.inactive });
  const simulator = createSimulator();
  const bulk = createBulkPermission(config.bulk);
  const dependencies = createWriteDependencies(options, { api, ...jobs, account, policies, bulk });

  return {
    maxBatchSize: maxRowsPerJob,
    maxBatchesInFlight: config.maxJobs + readyBatches(config.maxJobs),
    counters: http.counters,
    now: () => api.serverNow(),
    check: (context): Promise<CheckResult> => checkZendesk({ api, config, account, fields, identityField, context }),
    facts: (context): Promise<DestinationSchema | undefined> => account.facts(context),
    async changeField(change, { signal }) {
      account.forget();
      await changeField(api, change, signal);
    },
    async refresh(directory, context) {
      const { role } = await account.identity(context.signal);
      const use = await account.settingsInUse(context.signal);
      assertPolicyWorks(use);
      // Without them the directory knows no tags: it is filled again once the account has them.
      const shown = use.settings?.tagging === false ? fields.filter((name) => name !== 'tags') : fields;
      if (identityField !== undefined) assertIdentityField(identityField, (await account.facts(context))?.fields);
      const kept = [...shown, ...identityMark(identityField)];
      await refreshDirectory({ api, fields: kept, directory, isAdmin: role === 'admin', clock, context });
    },
    find: (id, context) => find({ api, fields }, id, context),

    ...createUserPayloads(policies),
    keepsEmail: (link, user) => keepsEmail(link, user, policies),
    findSurvivors: (candidates, known, context) => findSurvivors(dependencies, { candidates, known }, context),
    decide: (mapped, known) => decide(mapped, known, policies),
    simulate: ({ intent }) => simulator(intent),
    estimate: (load) => {
      const perMinute = Math.max(1, Math.floor(budget().perMinute * (1 - config.reserve)));
      return estimate(load, { perMinute, maxJobs: config.maxJobs, bulk: bulk.allowed() });
    },

    async write(batch, context) {
      const bulkBefore = bulk.allowed();
      const outcomes = await writeOperation(dependencies, batch, context);
      if (bulkBefore && !bulk.allowed()) {
        context.warn({ code: 'bulk-off', message: bulkOffText });
      }
      for (const text of apiWarnings)
        context.warn({ code: 'zendesk-api-warn', message: `Zendesk ignored part of a request: ${text}` });
      apiWarnings.clear();
      return outcomes;
    },
    compare: (writes, context) => compare(api, writes, context),
    planRevert: (writes, past, context) => planRevert(dependencies, writes, past, context),
    revertRelated: (results, past, options, context) =>
      revertOrganizations(dependencies, results, { ...past, ...options }, context),
    findEmailCycles,
    recover: (batch, context) => recoverBatch(dependencies, batch, context),
    merging: createMerging({ api, clock, fields, onFailpoint: options.onFailpoint }),
    audit: createZendeskAudit({ api, fields, policies, multipleOrganizations: account.multipleOrganizations }),
    async close() {
      jobs.tracker.close();
      await close();
    },
  };
}

/** The job slots, and the tracker of the jobs that have one. */
function createJobParts(
  { config, clock, log, budgets }: SinkOptions<ZendeskConfig>,
  api: WriteDependencies['api'],
): Pick<WriteDependencies, 'gate' | 'tracker'> {
  const gate = sharedJobGate(budgets, { account: zendeskOrigin(config), max: config.maxJobs });
  return { gate, tracker: createJobTracker({ api, clock, log, isSlotWanted: gate.isWanted }) };
}

function createWriteDependencies(
  { config, clock, log, budgets, fields, onFailpoint = () => undefined }: SinkOptions<ZendeskConfig>,
  {
    account,
    ...own
  }: Pick<WriteDependencies, 'api' | 'tracker' | 'gate' | 'policies' | 'bulk'> & {
    readonly account: ReturnType<typeof createAccount>;
  },
): WriteDependencies {
  const origin = zendeskOrigin(config);
  const shared: Omit<WriteDependencies, 'organizations'> = {
    ...own,
    clock,
    log,
    onFailpoint,
    fields,
    customFields: account.customFields,
    multipleOrganizations: account.multipleOrganizations,
    organizationUpdates: sharedRateLimiter(budgets, createRateLimiter, {
      account: `${origin} organizations`,
      options: { limits: { perMinute: organizationUpdatesPerMinute, concurrent: 1 }, clock },
    }),
    ambiguousWrites: createAmbiguousWriteBackoff({ clock }),
    ticketHolders: createTicketHolders(own.api),
  };
  return { ...shared, organizations: createOrganizations(shared) };
}

const bulkOffText =
  'Bulk import is off for this Zendesk account (403): users are written one by one, at one call each. Ask Zendesk support to enable users/create_many and users/update_many for the account.';

async function writeOperation(
  dependencies: WriteDependencies,
  batch: Batch<ZendeskUser, Intent>,
  context: WriteContext,
) {
  const intents = batch.deliveries.map(({ intent }) => intent);
  switch (batch.operation) {
    case 'create':
      return await writeCreates(dependencies, intents.filter(isCreate), batch.requestedAt, context);
    case 'update':
      return await writeUpdates(dependencies, intents.filter(isToExistingUser), context);
    case 'delete':
      return await writeDeletes(dependencies, intents.filter(isDelete), context);
    default:
      return batch.operation satisfies never;
  }
}

async function find(
  { api, fields }: Pick<WriteDependencies, 'api' | 'fields'>,
  id: string,
  { signal }: CallContext,
): Promise<DirectoryUser | undefined> {
  const [user] = await api.showMany({ ids: [id] }, signal);
  return user && toDirectoryUser(user, fields);
}
