import type { Fields, Json } from '../domain/json.ts';
import type { DeadLetter, EmailRecord, Pending } from '../domain/known.ts';
import type { Link } from '../domain/link.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { Outcome, Result } from '../domain/result.ts';
import type { DeferredRecord, OpenBatch } from '../domain/run/pending-work.ts';
import type { DirectoryUser } from '../domain/user.ts';
import type { RunRow } from './store.ts';

/** What a column holds, in SQLite and in PostgreSQL. */
type Value = null | number | bigint | string | Uint8Array;

/** Rows as a database gives them, read back into what they were. The tables are ours: a value of another type is a bug or damage. */
export type Row = Record<string, Value>;

const outcomes: readonly Outcome[] = ['created', 'updated', 'unchanged', 'skipped', 'rejected'];
const runOutcomes: readonly RunRow['outcome'][] = ['running', 'completed', 'held', 'paused', 'failed'];
const origins: readonly Link['origin'][] = ['created', 'adopted', 'matched', 'linked'];

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new Error(`State column ${column} holds no text.`);
}

export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new Error(`State column ${column} holds no number.`);
}

function optional<K extends string>(name: K, value: Value | undefined): { [P in K]?: string } {
  return typeof value === 'string' ? ({ [name]: value } as { [P in K]?: string }) : {};
}

export function json(row: Row, column: string): Json {
  // Written by this store with JSON.stringify.
  return JSON.parse(text(row, column)) as Json;
}

function fields(row: Row, column: string): Fields {
  return JSON.parse(text(row, column)) as Fields;
}

function oneOf<T extends string>(allowed: readonly T[], value: string): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Error(`State holds an unknown value: ${value}.`);
}

export function outcomeOf(row: Row): Outcome {
  return oneOf(outcomes, text(row, 'outcome'));
}

export function linkOf(row: Row): Link {
  return {
    key: text(row, 'key'),
    externalId: text(row, 'external_id'),
    destinationId: text(row, 'destination_id'),
    origin: oneOf(origins, text(row, 'origin')),
    sent: fields(row, 'sent'),
    ...(row.stored !== null && { stored: fields(row, 'stored') }),
    writtenAt: number(row, 'written_at'),
    ...optional('deactivated', row.deactivated),
  };
}

export function userOf(row: Row): DirectoryUser {
  return {
    id: text(row, 'id'),
    ...optional('externalId', row.external_id),
    ...optional('email', row.email),
    role: text(row, 'role'),
    active: row.active === 1,
    ...(row.fields !== null && { fields: fields(row, 'fields') }),
    updatedAt: number(row, 'updated_at'),
  };
}

export function recordOf(row: Row): SourceRecord {
  const stored = JSON.parse(text(row, 'record')) as SourceRecord & { readonly updatedAt?: string };
  const { updatedAt, ...record } = stored;
  return updatedAt === undefined ? record : { ...record, updatedAt: new Date(updatedAt) };
}

export function deadLetterOf(row: Row): DeadLetter {
  return {
    key: text(row, 'key'),
    code: text(row, 'code'),
    message: text(row, 'message'),
    ...optional('detail', row.detail),
    record: recordOf(row),
    payloadHash: text(row, 'payload_hash'),
    run: text(row, 'run'),
    at: number(row, 'at'),
    ...optional('blockedByUserId', row.blocked_by_user_id),
    ...optional('blockedByEmail', row.blocked_by_email),
    due: row.due === 1,
  };
}

export function pendingOf(row: Row): Pending {
  const common = { key: text(row, 'key'), reason: text(row, 'reason'), record: recordOf(row), due: row.due === 1 };
  return { ...common, ...optional('email', row.address) };
}

export function emailRecordOf(row: Row): EmailRecord {
  return { key: text(row, 'key'), email: text(row, 'address'), isActive: row.active === 1, record: recordOf(row) };
}

export function deferredOf(row: Row): DeferredRecord {
  return {
    key: text(row, 'key'),
    sequence: number(row, 'sequence'),
    stage: oneOf(['deferred', 'deactivation', 'holder'], text(row, 'stage')),
    ...optional('after', row.parent),
    record: recordOf(row),
    attempts: number(row, 'attempts'),
    depth: number(row, 'depth'),
  };
}

export function batchOf(row: Row): OpenBatch {
  return {
    id: text(row, 'id'),
    run: text(row, 'run'),
    operation: text(row, 'operation'),
    rows: JSON.parse(text(row, 'rows')) as OpenBatch['rows'],
    // SQLite keeps room for an id that is not known yet.
    ...optional('jobId', typeof row.job_id === 'string' ? row.job_id.trim() || null : null),
    requestedAt: number(row, 'requested_at'),
  };
}

export function runOf(row: Row): RunRow {
  return {
    id: text(row, 'id'),
    kind: text(row, 'kind'),
    outcome: oneOf(runOutcomes, text(row, 'outcome')),
    startedAt: number(row, 'started_at'),
    ...(row.finished_at !== null && { finishedAt: number(row, 'finished_at') }),
    ...(row.report !== null && { report: json(row, 'report') }),
    ...optional('undoneBy', row.undone_by),
  };
}

export function resultOf(row: Row): Result {
  return {
    key: text(row, 'key'),
    outcome: outcomeOf(row),
    ...optional('code', row.code),
    ...optional('message', row.message),
    ...optional('detail', row.detail),
    ...optional('destinationId', row.destination_id),
    ...(row.changes !== null && { changes: JSON.parse(text(row, 'changes')) as NonNullable<Result['changes']> }),
    ...(row.previous_last_sent !== null && { previousLastSent: fields(row, 'previous_last_sent') }),
    at: number(row, 'at'),
  };
}
