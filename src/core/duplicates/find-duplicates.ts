import type { CallContext } from '../domain/context.ts';
import type { MergeAdapter, UserProfile } from '../domain/merge-adapter.ts';
import { createComponents } from './components.ts';
import { createDuplicatesDatabase, type Evidence } from './duplicates-database.ts';
import { type ReadPhone, traitsOf } from './traits.ts';

/** More users with one value have a switchboard, a reseller or a placeholder in common, and are not one customer. */
export const maxUsersOfOneValue = 10;

export interface DuplicateUsers {
  readonly users: readonly UserProfile[];
  readonly evidence: readonly Evidence[];
}

export interface DuplicateSearch {
  readonly counts: {
    /** End users who were looked through. */
    readonly users: number;
    readonly groups: number;
    /** Users in these groups. */
    readonly duplicates: number;
    /** Values that too many users have. */
    readonly commonValues: number;
  };
  readonly organizationNames: ReadonlyMap<string, string>;
  /** Oldest first. Each user is in one group only. */
  groups(): Generator<DuplicateUsers>;
  close(): void;
}

/** Reads all users, and finds those that are likely one customer. Nobody is staff, suspended or deleted among them. */
export async function findDuplicates(
  adapter: MergeAdapter,
  { readPhone, onProgress }: { readonly readPhone: ReadPhone; readonly onProgress?: (users: number) => void },
  context: CallContext,
): Promise<DuplicateSearch> {
  const database = createDuplicatesDatabase(maxUsersOfOneValue);
  try {
    let read = 0;
    for await (const page of adapter.list(context)) {
      const mergeable = page.filter(({ standing }) => standing === 'mergeable');
      database.add(mergeable.map((profile) => ({ profile, traits: traitsOf(profile, readPhone) })));
      read += page.length;
      onProgress?.(read);
    }
    const components = createComponents();
    for (const ids of database.inCommon()) components.join(ids);
    database.setComponents(components.all());
    const organizationNames = await adapter.organizationNames(database.organizationIds(), context);
    const { groups, users: duplicates } = database.countComponents();
    return {
      counts: { users: database.count(), groups, duplicates, commonValues: database.countCommon() },
      organizationNames,
      *groups() {
        for (const component of database.components())
          yield { users: database.usersOf(component), evidence: database.evidenceOf(component) };
      },
      close: database.close,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
