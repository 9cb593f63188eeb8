import type { DeadLetter, Pending } from '../../../src/core/domain/known.ts';
import type { Link } from '../../../src/core/domain/link.ts';
import type { PipelineIdentity } from '../../../src/core/domain/pipeline.ts';
import type { SourceRecord } from '../../../src/core/domain/record.ts';
import type { Result } from '../../../src/core/domain/result.ts';
import type { DeferredRecord, OpenBatch } from '../../../src/core/domain/run/pending-work.ts';
import type { DirectoryUser } from '../../../src/core/domain/user.ts';
import type { KnownQuery } from '../../../src/core/state/store.ts';

/** Plain rows of the state, with everything that a test does not care about left out. */

export const identity: PipelineIdentity = {
  name: 'customers',
  sourceConnector: 'quickbooks',
  sourceOrigin: 'https://quickbooks.example.com',
  sourceAccount: '1234',
  destinationOrigin: 'https://acme.example.com',
};

export const record = (key: string, more: Partial<SourceRecord> = {}): SourceRecord => ({
  key,
  data: { Id: key, DisplayName: `Customer ${key}` },
  state: 'active',
  ...more,
});

export const user = (id: string, more: Partial<DirectoryUser> = {}): DirectoryUser => ({
  id,
  role: 'end-user',
  active: true,
  updatedAt: 1000,
  ...more,
});

export const link = (key: string, more: Partial<Link> = {}): Link => ({
  key,
  externalId: `q:${key}`,
  destinationId: `9${key}`,
  origin: 'created',
  sent: { name: `Customer ${key}` },
  writtenAt: 1000,
  ...more,
});

export const letter = (key: string, more: Partial<DeadLetter> = {}): DeadLetter => ({
  key,
  code: 'email-taken',
  message: 'The address is taken.',
  record: record(key),
  payloadHash: `hash ${key}`,
  run: 'r1',
  at: 1000,
  due: false,
  ...more,
});

export const pending = (key: string, more: Partial<Pending> = {}): Pending => ({
  key,
  reason: 'shared-email',
  record: record(key),
  due: false,
  ...more,
});

export const deferred = (key: string, sequence: number, more: Partial<DeferredRecord> = {}): DeferredRecord => ({
  key,
  sequence,
  stage: 'deferred',
  record: record(key),
  attempts: 0,
  ...more,
});

export const batch = (id: string, more: Partial<OpenBatch> = {}): OpenBatch => ({
  id,
  run: 'r1',
  operation: 'create',
  rows: [{ key: '1', delivery: { kind: 'create' } }],
  requestedAt: 1000,
  ...more,
});

export const result = (key: string, more: Partial<Result> = {}): Result => ({
  key,
  outcome: 'created',
  at: 1000,
  ...more,
});

export const asked = (more: Partial<KnownQuery> = {}): KnownQuery => ({
  run: 'r1',
  keys: [],
  externalIds: [],
  emails: [],
  ...more,
});
