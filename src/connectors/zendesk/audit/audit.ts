import type { AuditAdapter, Subject, UserComparison } from '../../../core/domain/audit-adapter.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { assertIdentity } from '../account/account.ts';
import type { ZendeskApi } from '../api/api.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { allUsers } from '../api/list-users.ts';
import {
  clearedValue,
  equalsRemote,
  flatten,
  isEmpty,
  jsonEquals,
  textList,
  writeOnlyFields,
} from '../fields/fields.ts';
import { neverCleared } from '../match/diff-user.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { addressesOf, findSurvivor } from '../match/find-survivors.ts';
import { digits, inOneLine, isSame } from '../match/notation.ts';
import { diffTags, ownershipOf, type ZendeskPolicies } from '../match/ownership.ts';
import { isStaff } from '../match/staff.ts';
import { isRelated } from '../related/related.ts';
import type { ZendeskUser } from '../user.ts';
import { applyTagDiff } from '../write/tag-diff.ts';
import { createRelatedReader, type RelatedReader } from './audit-related.ts';

/** Fewer digits say nothing about whose number it is. */
const minPhoneLength = 7;

/**
 * An audit's own look at Zendesk. It takes nothing from the directory and does not ask `difference` whether there is
 * something to write: what is mapped is held against what Zendesk shows.
 */
export function createZendeskAudit({
  api,
  fields,
  policies,
  multipleOrganizations,
}: {
  readonly api: AuditedApi;
  /** Field names that the mapping sets. */
  readonly fields: readonly string[];
  readonly policies: ZendeskPolicies;
  readonly multipleOrganizations: (signal: AbortSignal) => Promise<boolean>;
}): AuditAdapter<ZendeskUser> {
  const related = createRelatedReader({ api, fields, multipleOrganizations });
  return {
    list: (context) => list({ api, related }, context),
    compareUser: (subject, context) => compareUser({ api, policies, related }, subject, context),
    async findSurvivor({ expected, link }, context) {
      const found = await findSurvivor({ api, fields }, addressesOf(link, expected.email), context);
      return found?.user;
    },
    isStaff,
    fuzzyKey,
    unlistedFields: [],
    toleratesDeleted: policies.deletedInDestination === 'skip',
    codes: { deleted: 'deleted-in-zendesk', merged: 'merged-in-zendesk' },
    nameOf(of) {
      if ('external_id' in of) return of.name;
      const name = of.fields?.name;
      return typeof name === 'string' ? name : undefined;
    },
  };
}

type AuditedApi = Pick<
  ZendeskApi,
  'me' | 'listUsers' | 'showMany' | 'identities' | 'searchByEmail' | 'listOrganizations' | 'listMemberships'
>;

async function* list(
  { api, related }: { readonly api: Pick<ZendeskApi, 'me' | 'listUsers'>; readonly related: RelatedReader },
  context: CallContext,
) {
  const { signal } = context;
  await assertIdentity(api, { block: 'destination', signal });
  await related.begin(context);
  for await (const page of allUsers(api, { with: related.with }, signal)) {
    const alongside = related.alongside(page.users, page.identities);
    // All fields, not only those that are mapped: one that was sent and is mapped no more must be seen as well.
    yield page.users.map((row) => {
      const user = toDirectoryUser(row, 'all');
      return { ...user, fields: { ...user.fields, ...alongside.get(user.id) } };
    });
  }
}

async function compareUser(
  {
    api,
    policies,
    related,
  }: {
    readonly api: Pick<ZendeskApi, 'identities'>;
    readonly policies: ZendeskPolicies;
    readonly related: RelatedReader;
  },
  { expected, link, user }: Subject<ZendeskUser>,
  context: CallContext,
): Promise<UserComparison> {
  const mapped = flatten(expected);
  const shown: Fields = user.fields ?? {};
  const sent: Fields = link?.sent ?? {};
  const differences: Record<string, readonly [Json, Json]> = {};
  const normalized: string[] = [];
  const standing: string[] = [];
  for (const [name, value] of Object.entries(mapped)) {
    if (name === 'tags' || isRelated(name) || isLeftToOthers(name, shown, policies)) continue;
    if (writeOnlyFields.has(name) ? jsonEquals(value, sent[name]) : isSame(name, value, shown[name])) continue;
    const isUntouched = link !== undefined && isAsStored(name, value, shown, link);
    if (isUntouched && link.stored !== undefined && isRewritten(name, shown[name], link)) {
      normalized.push(name);
      continue;
    }
    differences[name] = [value, shown[name] ?? null];
    if (isUntouched) standing.push(name);
  }
  for (const name of Object.keys(sent)) {
    if (name in mapped || name === 'tags' || isRelated(name) || neverCleared.has(name)) continue;
    if (ownershipOf(name, policies) !== 'always' || equalsRemote(name, clearedValue(name), shown[name])) continue;
    differences[name] = [clearedValue(name), shown[name] ?? null];
  }
  const tags = tagDifference(textList(mapped.tags), { sent, shown }, policies);
  if (tags) differences.tags = tags;
  const kept = Object.entries(mapped).filter(([name]) => ownershipOf(name, policies) === 'always');
  const relatedResources = await related.differences({ mapped: Object.fromEntries(kept), sent, user }, context);
  for (const [name, diffUser] of Object.entries(relatedResources)) {
    differences[name] = diffUser;
    // A sync goes by what it has sent, and sees nothing to do.
    if (link && jsonEquals(mapped[name], sent[name])) standing.push(name);
  }
  if (!link || !(await isSecondary(api, { address: differences.email?.[0], link, user }, context)))
    return { differences, normalized, standing };
  const { email: _, ...others } = differences;
  return { differences: others, normalized: [...normalized, 'email'], standing };
}

/** The configuration says that Zendesk's own value stays: always, or where there is one. */
function isLeftToOthers(name: string, shown: Fields, policies: ZendeskPolicies): boolean {
  const way = ownershipOf(name, policies);
  return way === 'create_only' || (way === 'if_empty' && !isEmpty(shown[name]));
}

/** What Zendesk shows is what it showed first after we had sent this very value, or will pass for that when a sync looks. */
function isAsStored(name: string, value: Json, shown: Fields, { sent, stored }: Link): boolean {
  if (!jsonEquals(value, sent[name])) return false;
  return stored === undefined || jsonEquals(shown[name] ?? null, stored[name] ?? null);
}

/**
 * Zendesk may show another value than was written (reference: time zones, custom fields), or the user keeps its primary
 * address. Nothing at all is no form of a value: that is how Zendesk drops a field that it does not know.
 */
function isRewritten(name: string, shown: Json | undefined, { origin }: Link): boolean {
  if (equalsRemote(name, null, shown)) return false;
  if (name === 'email') return origin !== 'created';
  return name === 'time_zone' || name === 'locale' || name.startsWith('user_fields.');
}

/** Of the tags only those count that are ours, as a sync has it once Zendesk has shown what it stored. */
function tagDifference(
  mapped: readonly string[],
  { sent, shown }: { readonly sent: Fields; readonly shown: Fields },
  policies: ZendeskPolicies,
): readonly [Json, Json] | undefined {
  if (!('tags' in shown)) return undefined;
  const { add, remove } = diffTags(mapped, { sent, stored: shown }, shown, policies);
  const current = textList(shown.tags);
  const left = remove.filter((tag) => current.includes(tag));
  return add.length + left.length > 0 ? [applyTagDiff([...current], { add, remove: left }), [...current]] : undefined;
}

/**
 * A user that was matched by a secondary address keeps its primary one, and a list shows primary ones only. Asked of users
 * whom we did not make and whom no export has shown since: few.
 */
async function isSecondary(
  api: Pick<ZendeskApi, 'identities'>,
  { address, link, user }: { readonly address: Json | undefined; readonly link: Link; readonly user: DirectoryUser },
  { signal }: CallContext,
): Promise<boolean> {
  const { origin, stored, sent } = link;
  if (typeof address !== 'string' || origin === 'created' || stored !== undefined || sent.email !== address)
    return false;
  const identities = await unlessRefused(
    () => api.identities(user.id, signal),
    () => [],
  );
  return identities.some(({ type, value }) => type === 'email' && value.toLowerCase() === address);
}

function fuzzyKey({ fields }: DirectoryUser): string | undefined {
  const { name, phone } = fields ?? {};
  if (typeof name !== 'string' || typeof phone !== 'string') return undefined;
  const number = digits(phone);
  return number.length < minPhoneLength ? undefined : `${inOneLine(name).toLowerCase()} ${number}`;
}
