import { defined } from '../../core/defined.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import type { Result } from '../../core/domain/result.ts';
import type { Progress, RunReport } from '../../core/domain/run/run-report.ts';
import { dryRunOffline, type OfflineDryRun } from '../../core/plan/dry-run-offline.ts';
import { addressesIn } from '../../mappers/email.ts';
import type { RecordData } from '../../mappers/mapping.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import { type Role, roleOf } from './role-addresses.ts';
import { createTempDatabase, type Noted, type TempDatabase } from './temp-database.ts';

const chunk = 500;

export const kinds = ['shared', 'malformed', 'multiple', 'role'] as const;
export type Kind = (typeof kinds)[number];

/** A finding about one customer's address, and what the configuration does with the customer. */
export interface Finding {
  readonly kind: Kind;
  readonly key: string;
  readonly name: string;
  /** As the source has it. */
  readonly text: string;
  /** The one that is used, if any. */
  readonly address?: string;
  /** What a sync would do with the customer. */
  readonly outcome: Result['outcome'];
  /** Why it is skipped or rejected. */
  readonly reason?: string;
  /** Whether its user would have the address. */
  readonly hasAddress: boolean;
  /** The customer that has a shared address. */
  readonly holder?: string;
  readonly role?: Role;
}

export interface Examination {
  readonly report: RunReport;
  readonly withAddress: number;
  /** Kind by kind, in reading order; a shared address with all its customers together. */
  findings(): AsyncGenerator<Finding>;
  close(): Promise<void>;
}

/**
 * Reads every customer and finds out what a sync would do with its address. Writes nothing, and does not call Zendesk.
 */
export async function examine(
  { pipeline, mapper }: Pick<PipelineParts, 'pipeline' | 'mapper'>,
  options: { readonly signal: AbortSignal; readonly onProgress?: (progress: Progress) => void },
): Promise<Examination> {
  const database = createTempDatabase();
  try {
    const dryRun = await dryRunOffline(pipeline, {
      ...options,
      see: (records) => {
        for (const record of records) note(record);
      },
    });
    const withAddress = database.finish();
    return {
      report: dryRun.report,
      withAddress,
      findings: () => diagnose(database, dryRun),
      close: async () => {
        database.close();
        await dryRun.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }

  function note(record: SourceRecord<RecordData>): void {
    if (record.state === 'deleted') return;
    const result = mapper.map(record);
    if (result.kind === 'skip') return;
    const { name, email: text } = mapper.found(record);
    const parts = addressesIn(text);
    if (parts.length === 0) return;
    const address = result.kind === 'payload' ? result.payload.email : undefined;
    database.note({
      key: record.key,
      name,
      text,
      ...defined({ address }),
      isMalformed: parts.some(({ isValid }) => !isValid),
      isMultiple: parts.length > 1,
      isRole: address !== undefined && roleOf(address) !== undefined,
    });
  }
}

async function* diagnose(database: TempDatabase, dryRun: OfflineDryRun): AsyncGenerator<Finding> {
  for (const page of pages((place) => database.shared(place)))
    for (const { address } of page) {
      const customers = () => taken(dryRun, (place) => database.having(address, place));
      if (!(await hasTwo(customers()))) continue;
      for await (const { noted, result } of customers()) yield await finding('shared', noted, result);
    }
  for (const kind of ['malformed', 'multiple', 'role'] as const)
    for await (const { noted, result } of taken(dryRun, (place) => database.flagged(kind, place)))
      yield await finding(kind, noted, result);

  async function finding(
    kind: Kind,
    { key, name, text, address }: Noted,
    result: Result | undefined,
  ): Promise<Finding> {
    const holder = address === undefined ? undefined : (await dryRun.holdersOf([address])).get(address);
    const role = kind === 'role' && address !== undefined ? roleOf(address) : undefined;
    const { outcome, code } = result ?? { outcome: 'unchanged' };
    const isRefused = outcome === 'skipped' || outcome === 'rejected';
    return {
      kind,
      key,
      name,
      text,
      ...defined({ address }),
      outcome,
      ...(isRefused && code !== undefined && { reason: code }),
      hasAddress: !isRefused && holder === key,
      ...(kind === 'shared' && holder !== undefined && { holder }),
      ...(role && { role }),
    };
  }
}

/**
 * The recorded customers with what happens to them, without inactive ones that have no user: those are not synced at
 * all.
 */
async function* taken(
  dryRun: OfflineDryRun,
  read: Read<Noted & Placed>,
): AsyncGenerator<{ readonly noted: Noted; readonly result: Result | undefined }> {
  for (const page of pages(read)) {
    const results = await dryRun.outcomesOf(page.map(({ key }) => key));
    for (const noted of page) {
      const result = results.get(noted.key);
      if (result?.code !== 'inactive') yield { noted, result };
    }
  }
}

type Placed = { readonly sequence: number };
type Read<R> = (place: { readonly after: number; readonly limit: number }) => readonly R[];

function* pages<R extends Placed>(read: Read<R>): Generator<readonly R[]> {
  for (let after = 0; ; ) {
    const page = read({ after, limit: chunk });
    yield page;
    const last = page.at(-1);
    if (!last || page.length < chunk) return;
    after = last.sequence;
  }
}

async function hasTwo(items: AsyncGenerator<unknown>): Promise<boolean> {
  let count = 0;
  for await (const _ of items) {
    count += 1;
    if (count === 2) return true;
  }
  return false;
}
