import { assertCan } from '../complete-sink.ts';
import { defined } from '../defined.ts';
import type { CallContext, Warning } from '../domain/context.ts';
import type { Pending } from '../domain/known.ts';
import type { Link } from '../domain/link.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { emailRecordsOf } from '../pipeline/decide/load-email-records.ts';
import type { Pipeline } from '../pipeline/types.ts';
import { prefetch } from '../records/prefetch.ts';
import { type AuditDatabase, type ClassifiedUser, createAuditDatabase } from './audit-database.ts';
import { createCustomerClassifier } from './classify-customer.ts';
import { createUserClassifier } from './classify-user.ts';
import type { AuditContext, LastSent, MappedRecord } from './customer-case.ts';
import { type AuditEntry, type AuditedKind, auditedKinds } from './findings.ts';
import { type AuditCounts, isInStep, reconcile } from './reconcile.ts';

const chunk = 1000;
/** Customers that are looked up together: what the state knows of them is released soon. */
const handful = 100;
const examplesOfCause = 5;

/** One reason for which a customer or a user is not in step, with how many there are. */
export interface AuditFindingSummary {
  readonly kind: AuditedKind;
  readonly code: string;
  readonly count: number;
  /** Keys of customers, or ids of users: the first few. */
  readonly examples: readonly string[];
}

export interface Audit extends AuditCounts {
  readonly inSync: boolean;
  /** Customers in step of whom the destination keeps a field in a form of its own. */
  readonly normalized: number;
  /** Fields that the destination does not list: compared with what was last sent. */
  readonly unlistedFields: readonly string[];
  readonly causes: readonly AuditFindingSummary[];
  readonly requests: RunReport['requests'];
  readonly warnings: readonly Warning[];
  /** Kind by kind, in the order of `auditedKinds`. */
  entries(kinds?: readonly AuditedKind[]): Generator<AuditEntry>;
  close(): void;
}

/** What is reported meanwhile. */
export interface AuditProgress {
  readonly users: number;
  readonly customers: number;
  /** How many customers there are, where the source has said so. */
  readonly total?: number;
}

interface AuditRun<T, P> extends AuditContext<T, P> {
  readonly onProgress: ((progress: AuditProgress) => void) | undefined;
}

/**
 * Compares both sides after the fact: all users of the destination (users / 100 calls) and all customers of the source, both
 * read again, joined in a temporary file. Writes to neither side, nor to the state, so it needs no lease; what a run in
 * progress has not finished shows as a difference.
 */
export async function runAudit<T, P>(
  pipeline: Pipeline<T, P>,
  { signal, log, warn }: CallContext,
  onProgress?: (progress: AuditProgress) => void,
): Promise<Audit> {
  const { source, sink } = pipeline;
  assertCan(sink, 'audit');
  const warnings = new Map<string, Warning>();
  const context: CallContext = {
    signal,
    log,
    warn(warning) {
      warnings.set(`${warning.code} ${warning.message}`, warning);
      warn(warning);
    },
  };
  const database = createAuditDatabase();
  try {
    const run: AuditRun<T, P> = { pipeline, database, context, onProgress };
    const listed = await readUsers(run);
    await readLinks(pipeline, database);
    const read = await classifyCustomers(run, listed);
    await classifyUsers(run);
    await warnOfRun(pipeline, context);
    const customers = database.tally('customers');
    const users = database.tally('users');
    const counts = reconcile({ customers, users, read, listed });
    return {
      ...counts,
      inSync: isInStep(counts),
      normalized: database.normalized(),
      unlistedFields: sink.audit.unlistedFields,
      causes: auditedKinds.flatMap((kind) => causesOf(database, kind)),
      requests: {
        source: source.counters.requests,
        destination: sink.counters.requests,
        throttled: source.counters.throttled + sink.counters.throttled,
      },
      warnings: [...warnings.values()],
      *entries(kinds = auditedKinds) {
        for (const kind of kinds) yield* database.entries(kind);
      },
      close: database.close,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** All users of the destination. Returns how many there are. */
async function readUsers<T, P>({ pipeline: { sink }, database, context, onProgress }: AuditRun<T, P>): Promise<number> {
  let listed = 0;
  for await (const users of prefetch(sink.audit.list(context))) {
    context.signal.throwIfAborted();
    // A list that moves while it is read may repeat a user.
    listed += new Set(users.flatMap((user) => (database.hasUser(user.id) ? [] : [user.id]))).size;
    database.addUsers(users, sink.audit.fuzzyKey);
    onProgress?.({ users: listed, customers: 0 });
  }
  return listed;
}

/** All customers of the source, each compared with its user. Returns how many there are. */
async function classifyCustomers<T, P>(
  { pipeline, database, context, onProgress }: AuditRun<T, P>,
  listed: number,
): Promise<number> {
  const classify = createCustomerClassifier(pipeline, database, context);
  let read = 0;
  let isWhole = false;
  for await (const page of prefetch(pipeline.source.read(undefined, context))) {
    context.signal.throwIfAborted();
    isWhole = page.whole === true;
    const records = page.records.filter(({ state }) => state !== 'deleted');
    for (let start = 0; start < records.length; start += handful) {
      const mapped = records
        .slice(start, start + handful)
        .map((record) => ({ record, result: pipeline.mapper.map(record) }));
      const payloadFromLink = await remember(pipeline, mapped);
      for (const one of mapped) {
        if (!database.has(one.record.key)) read += 1;
        database.addCustomer(await classify(one, payloadFromLink));
      }
    }
    onProgress?.({ users: listed, customers: read, ...defined({ total: page.total }) });
  }
  if (!isWhole) {
    const message =
      'The source did not say that it had shown every customer: a user that is reported as extra may have one.';
    context.warn({ code: 'scan-not-whole', message });
  }
  return read;
}

/** All users of the destination, once the customers are known: each is a customer's, or extra, or a duplicate. */
async function classifyUsers<T, P>({ pipeline, database, context }: AuditRun<T, P>): Promise<void> {
  const classify = createUserClassifier(pipeline, database, context);
  for (const users of database.users()) {
    context.signal.throwIfAborted();
    const classified: ClassifiedUser[] = [];
    for (const user of users) classified.push({ id: user.id, finding: await classify(user) });
    database.classifyUsers(classified);
  }
}

async function remember<T, P>(
  { store, sink, id, policies }: Pipeline<T, P>,
  mapped: readonly MappedRecord<T, P>[],
): Promise<LastSent> {
  const keys = mapped.map(({ record }) => record.key);
  const emails = mapped.flatMap(({ result }) => (result.kind === 'payload' ? (sink.email(result.payload) ?? []) : []));
  const emailRecords = policies.sharedEmail === 'merge' ? await emailRecordsOf({ store, id }, keys, emails) : [];
  const claimed = [...new Set([...emails, ...emailRecords.map(({ email }) => email)])];
  const known = await store.load(id, { run: '', keys, externalIds: [], emails: claimed });
  const pending = await store.pending(id, { keys, limit: keys.length });
  return { ...known, emailRecords, pending: new Map(pending.map((row): [string, Pending] => [row.key, row])) };
}

async function readLinks<T, P>({ store, id }: Pipeline<T, P>, database: AuditDatabase): Promise<void> {
  let links: readonly Link[] = [];
  do {
    const after = links.at(-1)?.key;
    links = await store.links(id, { limit: chunk, ...defined({ after }) });
    database.addLinks(links);
  } while (links.length === chunk);
}

async function warnOfRun<T, P>({ store, id }: Pipeline<T, P>, { warn }: CallContext): Promise<void> {
  const [last] = await store.runs(id, { limit: 1 });
  if (last?.outcome !== 'running') return;
  const message = `Run ${last.id} is in progress, or was cut off: what it has not finished shows as a difference.`;
  warn({ code: 'run-under-way', message });
}

function causesOf(database: AuditDatabase, kind: AuditedKind): AuditFindingSummary[] {
  const table = kind === 'extra' || kind === 'duplicated' ? 'users' : 'customers';
  return database.tally(table).flatMap(({ kind: found, code, count }) => {
    if (found !== kind) return [];
    const name = code ?? kind;
    return [{ kind, code: name, count, examples: database.examples(table, kind, name, examplesOfCause) }];
  });
}
