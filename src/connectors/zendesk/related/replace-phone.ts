import type { CallContext } from '../../../core/domain/context.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { Identity } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { maxRowsPerJob } from '../limits.ts';
import type { ChangeIntent } from '../write/intents.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';
import { listOf, textsOf } from './related.ts';

/**
 * Some accounts replace a phone that is written, others add it to the user's numbers and go on showing the old one
 * (zendesk-java-client#553, zendesk_api_client_rb#487). So the numbers of users that had another one are looked at, a
 * hundred users a call: the new one is made primary, and the old one is taken away if we wrote it. Returns keys of users:
 * `moved`, of which something changed, so that what was read of them before is no longer so; `kept`, whose old number Zendesk
 * does not release.
 */
export async function replacePhones(
  { api, onFailpoint }: Pick<WriteDependencies, 'api' | 'onFailpoint'>,
  intents: readonly ChangeIntent[],
  { signal }: CallContext,
): Promise<{ readonly moved: ReadonlySet<string>; readonly kept: ReadonlySet<string> }> {
  const rows = intents.filter((intent) => 'phone' in intent.set && oldPhones(intent).length > 0);
  const moved = new Set<string>();
  const kept = new Set<string>();
  for (let start = 0; start < rows.length; start += maxRowsPerJob) {
    const part = rows.slice(start, start + maxRowsPerJob);
    const numbers = await numbersOf(api, part, signal);
    await inParallel(part, async (intent) => {
      const own = numbers.get(intent.id) ?? [];
      const wanted = own.find((identity) => isNumber(identity, intent.set.phone));
      const surplus = own.filter((identity) => identity !== wanted && isOurs(identity, intent));
      const isOutdated = wanted !== undefined && wanted.primary !== true && own.length - surplus.length > 1;
      if (!isOutdated && surplus.length === 0) return;
      moved.add(intent.key);
      // A number that cannot become the first one stays a further one: it is there, and shown by some accounts alone.
      if (isOutdated)
        await unlessRefused(
          () => api.makePrimary(intent.id, wanted.id, signal),
          () => [],
        );
      onFailpoint('email-made-primary');
      for (const { id } of surplus) if (!(await api.deleteIdentity(intent.id, id, signal))) kept.add(intent.key);
      onFailpoint('email-removed');
    });
  }
  return { moved, kept };
}

/** As the user shows it, and as we wrote it last. */
function oldPhones(intent: ChangeIntent): readonly string[] {
  return textsOf([intent.before.phone ?? null, ownPhone(intent) ?? null]).filter(
    (old) => old !== '' && old !== intent.set.phone,
  );
}

/** A number that is mapped as a further one stays. */
function isOurs(identity: Identity, intent: ChangeIntent): boolean {
  const isMapped = textsOf(listOf(intent.sent.phones)).some((phone) => isNumber(identity, phone));
  return isNumber(identity, ownPhone(intent)) && !isMapped;
}

/** The number that we wrote last: an undo takes away the one that it reverts. */
function ownPhone(intent: ChangeIntent): Json | undefined {
  return intent.kind === 'revert' ? intent.before.phone : intent.previousLastSent.phone;
}

/** The digits and the extension count: people write numbers in many ways, and Zendesk shows them as they were written. */
function isNumber({ value }: Identity, phone: Json | undefined): boolean {
  return typeof phone === 'string' && phone !== '' && plain(value) === plain(phone);
}

function plain(phone: string): string {
  return phone.toLowerCase().replaceAll(/[^\dx]/g, '');
}

/** Phone numbers by user. They come along with the users where Zendesk lets them, and are asked for one by one elsewhere. */
async function numbersOf(
  api: Pick<ZendeskApi, 'usersById' | 'identities'>,
  intents: readonly ChangeIntent[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Identity[]>> {
  const ids = intents.map(({ id }) => id);
  const { identities: alongside } = await api.usersById({ ids, with: 'identities' }, signal);
  const byUser = new Map<string, readonly Identity[]>();
  const isPhone = ({ type }: Identity): boolean => type === 'phone_number';
  if (alongside) {
    for (const identity of alongside.filter(isPhone)) {
      const user = String(identity.user_id);
      byUser.set(user, [...(byUser.get(user) ?? []), identity]);
    }
    return byUser;
  }
  await inParallel(ids, async (id) => {
    const own = await unlessRefused(
      () => api.identities(id, signal),
      () => [],
    );
    byUser.set(id, own.filter(isPhone));
  });
  return byUser;
}
