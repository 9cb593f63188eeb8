import type { CallContext } from '../domain/context.ts';
import type { DeadLetter, EmailRecord, Known, Pending } from '../domain/known.ts';
import type { Link } from '../domain/link.ts';
import type { MapResult } from '../domain/mapper.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { DirectoryUser } from '../domain/user.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { AuditDatabase } from './audit-database.ts';
import type { CustomerFinding } from './findings.ts';

/** What the state knows of the customers of one page. */
export interface LastSent extends Known {
  readonly pending: ReadonlyMap<string, Pending>;
  /** Where customers of one address share a user. */
  readonly emailRecords: readonly EmailRecord[];
}

export interface MappedRecord<T, P> {
  readonly record: SourceRecord<T>;
  readonly result: MapResult<P>;
}

/** What every part of an audit needs. */
export interface AuditContext<T, P> {
  readonly pipeline: Pipeline<T, P>;
  /** Holds both sides, in a temporary file. */
  readonly database: AuditDatabase;
  readonly context: CallContext;
}

/** One customer that is being classified. */
export interface Case<P> {
  readonly key: string;
  readonly link: Link | undefined;
  readonly expected: P;
  /** The other customer that may use its address, because it came first. */
  readonly holder: string | undefined;
  /** Why it was rejected; undefined when the customer has changed since. */
  readonly letter: DeadLetter | undefined;
  readonly pending: Pending | undefined;
  /** It is to be deactivated. */
  readonly leaves: boolean;
}

export function staffFinding({ id }: DirectoryUser): CustomerFinding {
  return {
    kind: 'skipped',
    code: 'staff-account',
    message: `User ${id} is an agent or admin. Staff are never written.`,
  };
}

export function rejectedFinding({ code, message }: DeadLetter): CustomerFinding {
  return { kind: 'rejected', code, message };
}

export function sharedEmailFinding(holder: string): CustomerFinding {
  return {
    kind: 'skipped',
    code: 'shared-email',
    message: `Customer ${holder} has the same e-mail address and came first.`,
  };
}
