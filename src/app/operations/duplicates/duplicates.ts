import { destinations } from '../../../connectors/registry.ts';
import { assertCan } from '../../../core/complete-sink.ts';
import { defined } from '../../../core/defined.ts';
import type { Warning } from '../../../core/domain/context.ts';
import type { UserProfile } from '../../../core/domain/merge-adapter.ts';
import { type DuplicateSearch, type DuplicateUsers, findDuplicates } from '../../../core/duplicates/find-duplicates.ts';
import { profileVersion } from '../../../core/duplicates/profile-version.ts';
import type { Reason } from '../../../core/duplicates/traits.ts';
import { toE164 } from '../../../mappers/phone.ts';
import type { CustomerPipeline } from '../../pipeline/pipeline-parts.ts';
import type { DuplicatesProgressEvent } from '../../progress-event.ts';
import { type Closeable, keepingParts, type OperationContext } from '../context.ts';

/** A user of Zendesk that is likely the same customer as others. Holds customer data. */
export interface DuplicateUser {
  /** Zendesk's id. */
  readonly id: string;
  /** Where a person looks at it. */
  readonly url: string;
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
  /** The name of its organization, or the id where the name may not be read. */
  readonly organization?: string;
  readonly externalId?: string;
  /** Key of the customer that is linked to it. */
  readonly customer?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** Changes when the user does. A merge asks for it. */
  readonly version: string;
}

/** What users of a group have in common. */
export interface DuplicateEvidence {
  readonly reason: Reason;
  /** Zendesk's ids. */
  readonly users: readonly string[];
}

export interface DuplicateGroup {
  /** From 1. */
  readonly group: number;
  readonly reasons: readonly DuplicateEvidence[];
  /** Linked ones first, then older ones. */
  readonly users: readonly DuplicateUser[];
}

/** Users of Zendesk that are likely one customer. Holds customer data. Close it when it has been read. */
export interface DuplicatesReport extends Closeable {
  readonly pipeline: string;
  readonly destinationOrigin: string;
  /** ISO 8601. */
  readonly at: string;
  readonly counts: DuplicateSearch['counts'];
  /** Calls to Zendesk. */
  readonly requests: number;
  readonly warnings: readonly Warning[];
  groups(): AsyncGenerator<DuplicateGroup>;
}

/** Looks for duplicates by a fresh read of Zendesk's end users. Needs no lease, because it writes nothing. */
export async function duplicates(context: OperationContext<DuplicatesProgressEvent>): Promise<DuplicatesReport> {
  const { onProgress, clock } = context;
  return await keepingParts(context, { write: false, online: false }, async ({ pipeline, settings, ...parts }) => {
    assertCan(pipeline.sink, 'merge');
    const warnings: Warning[] = [];
    const { config } = settings;
    const search = await findDuplicates(
      pipeline.sink.merging,
      {
        readPhone: (text) => toE164(text, config.country),
        ...(onProgress && { onProgress: (users) => onProgress({ operation: 'duplicates', users }) }),
      },
      { ...parts.context, warn: (warning) => warnings.push(warning) },
    );
    const shown = { urlOf: (id: string) => destinations.zendesk.userUrl(config.destination, id) };
    return {
      pipeline: pipeline.name,
      destinationOrigin: pipeline.identity.destinationOrigin,
      at: new Date(clock.now()).toISOString(),
      counts: search.counts,
      requests: pipeline.sink.counters.requests,
      warnings,
      async *groups() {
        let group = 0;
        for (const found of search.groups()) {
          group += 1;
          yield { group, ...(await describe(pipeline, found, { ...shown, names: search.organizationNames })) };
        }
      },
      close: search.close,
    };
  });
}

interface Shown {
  readonly names: ReadonlyMap<string, string>;
  urlOf(id: string): string;
}

async function describe(
  { store, id }: CustomerPipeline,
  { users, evidence }: DuplicateUsers,
  shown: Shown,
): Promise<Omit<DuplicateGroup, 'group'>> {
  const userIds = users.map((user) => user.id);
  const { linksByUser } = await store.load(id, { run: '', keys: [], externalIds: [], emails: [], userIds });
  const described = users.map((user) => describeUser(user, linksByUser.get(user.id)?.key, shown));
  return {
    reasons: evidence.map(({ reason, ids }) => ({ reason, users: ids })),
    // The sort is stable: by age within each half.
    users: described.toSorted((a, b) => Number(b.customer !== undefined) - Number(a.customer !== undefined)),
  };
}

function describeUser(user: UserProfile, customer: string | undefined, { names, urlOf }: Shown): DuplicateUser {
  const { id, name, email, phone, organizationId, externalId, createdAt } = user;
  const organization = organizationId === undefined ? undefined : (names.get(organizationId) ?? organizationId);
  return {
    id,
    url: urlOf(id),
    name,
    ...defined({ email, phone, organization, externalId, customer, createdAt }),
    version: profileVersion(user),
  };
}
