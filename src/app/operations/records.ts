import { ConfigError } from '../../core/domain/errors.ts';
import type { DeadLetter } from '../../core/domain/known.ts';
import type { Link } from '../../core/domain/link.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { Outcome, Result, Tallies } from '../../core/domain/result.ts';
import { emailRecordsOf } from '../../core/pipeline/decide/load-email-records.ts';
import { failureOf, type StoredFailure } from '../../core/report/stored-failure.ts';
import { storedTallies } from '../../core/report/stored-tallies.ts';
import { findRun } from '../../core/state/find-run.ts';
import type { RunRow, StateStore } from '../../core/state/store.ts';
import { withWords } from '../hint.ts';
import { type OperationContext, readOnly, withParts } from './context.ts';
import { hasData, type NamedResult, withNames } from './names.ts';

const allRows = 1_000_000;
const outcomes: readonly Outcome[] = ['created', 'updated', 'skipped', 'rejected'];

export interface RunsOptions {
  /** Default 20. */
  readonly limit?: number;
}

/** A past run with its records. Holds customer data. */
export interface RunDetails {
  readonly run: RunRow;
  /** Why it failed, if it did. */
  readonly failure: StoredFailure | undefined;
  /** Undefined if the process died, or the run is in progress. */
  readonly tallies: (Tallies & { readonly read: number }) | undefined;
  /** By outcome. What stayed as it was is counted only. */
  readonly records: Readonly<Record<string, readonly NamedResult[]>>;
}

/** A user that several customers have, because they have one e-mail address. */
export interface SharedUser {
  /** All of them, this one included. */
  readonly keys: readonly string[];
  /** The one whose external id the user has. */
  readonly holder: string;
}

/** What the state knows about one customer. Contains customer data. */
export interface CustomerDetails {
  readonly key: string;
  /** Its Zendesk user. */
  readonly link: Link | undefined;
  /** The address that its user may use. */
  readonly email: string | undefined;
  /** With `policies.sharedEmail: merge`: the customers with the same address, who are the same user. */
  readonly shared: SharedUser | undefined;
  readonly reject: DeadLetter | undefined;
  /** Newest first, over all runs whose records are still kept. */
  readonly history: readonly (Result & { readonly run: string })[];
}

/** Past runs, newest first. */
export async function runs(context: OperationContext, { limit = 20 }: RunsOptions = {}): Promise<readonly RunRow[]> {
  return await withParts(context, readOnly, ({ pipeline }) => pipeline.store.runs(pipeline.id, { limit }));
}

/** One run's records by outcome. `run`: its id, or the first characters of it. */
export async function show(context: OperationContext, run: string): Promise<RunDetails> {
  return await withParts(context, readOnly, async ({ pipeline, mapper }) => {
    const { store, id } = pipeline;
    const found = await findRun(store, id, run);
    const records: Record<string, readonly NamedResult[]> = {};
    for (const outcome of outcomes) {
      const results = await store.results(found.id, { outcome, limit: allRows });
      records[outcome] = await withNames(results, { pipeline, mapper });
    }
    const failure = failureOf(found);
    return {
      run: found,
      failure: failure && withWords(failure, context.host.wordsFor),
      tallies: storedTallies(found),
      records,
    };
  });
}

/** One customer, by its key in the source. Throws ConfigError if the state knows nothing about it. */
export async function showCustomer(context: OperationContext, key: string): Promise<CustomerDetails> {
  return await withParts(context, readOnly, async ({ pipeline: { store, id } }) => {
    const known = await store.load(id, { run: '', keys: [key], externalIds: [], emails: [] });
    const history = await store.history(id, key);
    const kept = Object.values(await store.countStoredData(id, key));
    if (kept.every((count) => count === 0)) throw unknownCustomer(key);
    return {
      key,
      link: known.links.get(key),
      email: known.emailsByClaimant.get(key),
      shared: await sharedUserOf(store, id, key),
      reject: known.deadLetters.get(key),
      history,
    };
  });
}

async function sharedUserOf(store: StateStore, id: PipelineId, key: string): Promise<SharedUser | undefined> {
  const records = await emailRecordsOf({ store, id }, [key], []);
  const email = records.find((one) => one.key === key)?.email;
  const members = records.filter((one) => one.email === email && one.isActive);
  const keys = members.map((one) => one.key).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  if (email === undefined || keys.every((one) => one === key)) return undefined;
  const { claimantsByEmail } = await store.load(id, { run: '', keys: [], externalIds: [], emails: [email] });
  const holder = claimantsByEmail.get(email);
  return holder === undefined ? undefined : { keys, holder };
}

/** A customer that could not be written, with its record and its name (empty if it is not known). Contains customer data. */
export interface Reject extends DeadLetter {
  readonly name: string;
}

/** Lists what could not be written, and why. Contains customer data. */
export async function rejects(context: OperationContext): Promise<readonly Reject[]> {
  return await withParts(context, readOnly, async ({ pipeline, mapper }) => {
    const letters = await pipeline.store.deadLetters(pipeline.id, { limit: allRows });
    return letters.map((letter) => ({ ...letter, name: hasData(letter.record) ? mapper.nameOf(letter.record) : '' }));
  });
}

function unknownCustomer(key: string): ConfigError {
  return new ConfigError(`Nothing is kept about a customer with the key ${key}.`, {
    code: 'unknown-key',
    hint: "A key is the customer's id in the source.",
    remedy: { kind: 'read-customer', key },
  });
}
