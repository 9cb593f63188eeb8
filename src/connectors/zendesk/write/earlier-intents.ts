import type { Json } from '../../../core/domain/json.ts';

type Members = Readonly<Record<string, Json>>;

/**
 * Converts an intent that an earlier version left in the state to today's form. Those versions had three kinds with
 * many optional members, and other names for some of them.
 */
export function upgradeIntent(stored: Json): Json {
  if (!isObject(stored)) return stored;
  const present = withPresentNames(stored);
  switch (present.kind) {
    case 'create':
      return { onlyIfUnchanged: false, ...present };
    case 'delete':
      return upgradeDelete(present);
    case 'update':
      return 'address' in present ? present : upgradeUpdate(present);
    default:
      return present;
  }
}

function upgradeDelete({ code, ...members }: Members): Members {
  return code === 'undo' ? { ...members, kind: 'revert-create' } : members;
}

/** Members that the kind does not have are removed when the intent is parsed. */
function upgradeUpdate({ code, email, emailRefusal, releaseEmail, ...members }: Members): Members {
  if (releaseEmail !== undefined && code !== 'undo')
    return { ...members, kind: 'release-email', address: releaseEmail };
  const change = { tags: { add: [], remove: [] }, related: {}, ...members };
  if (code === 'undo')
    return { unlinksCustomer: false, ...change, kind: 'revert', address: addressOf({ email, releaseEmail }) };
  const customer = { previousLastSent: {}, ifEmpty: [], onlyIfUnchanged: false, ...change };
  return { ...customer, kind: code ?? 'update', address: addressOf({ email, emailRefusal }) };
}

/** At most one of these three optional members was present. */
function addressOf({ email, emailRefusal, releaseEmail }: Readonly<Record<string, Json | undefined>>): Json {
  if (releaseEmail !== undefined) return { kind: 'release', address: releaseEmail };
  if (emailRefusal !== undefined && isObject(emailRefusal)) return { kind: 'blocked', ...emailRefusal };
  return email !== undefined && isObject(email) ? { kind: 'move', ...email } : { kind: 'keep' };
}

const earlierNames: Readonly<Record<string, string>> = {
  beside: 'related',
  dropsLink: 'unlinksCustomer',
  guarded: 'onlyIfUnchanged',
  letGo: 'releaseEmail',
  sentBefore: 'previousLastSent',
  watchedId: 'blockedByUserId',
};

function withPresentNames(stored: Members): Members {
  const present = Object.entries(stored).map(([name, value]) => [
    earlierNames[name] ?? name,
    // The other members hold customers' values, whose names are not ours to change.
    name === 'emailRefusal' && isObject(value) ? withPresentNames(value) : value,
  ]);
  return Object.fromEntries(present);
}

function isObject(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
