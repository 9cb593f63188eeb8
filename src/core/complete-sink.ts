import type { Clock } from './clock.ts';
import type { AuditAdapter } from './domain/audit-adapter.ts';
import { ConfigError } from './domain/errors.ts';
import type { Json } from './domain/json.ts';
import type { MergeAdapter } from './domain/merge-adapter.ts';
import type { Sink } from './domain/sink.ts';

type StillOptional = 'findSurvivors' | 'revertRelated';

/** A sink that has an answer for everything. Where the destination has none, it is a harmless one or a ConfigError. */
export type CompleteSink<P, I extends Json = Json> = Required<Omit<Sink<P, I>, StillOptional>> &
  Pick<Sink<P, I>, StillOptional> & {
    /** Of the destination, for messages. */
    readonly title: string;
    /** What its author left out. */
    readonly missing: ReadonlySet<string>;
  };

/** What not every destination can do, and the methods of its sink that it takes. */
const capabilities = {
  plan: { verb: 'plan a sync', needs: ['simulate', 'estimate'] },
  canary: { verb: 'show the first writes of a sync', needs: ['simulate', 'compare'] },
  undo: { verb: 'undo a run', needs: ['planRevert', 'simulate', 'estimate'] },
  audit: { verb: 'be audited', needs: ['audit'] },
  merge: { verb: 'merge users', needs: ['merging'] },
  link: { verb: 'link a customer by hand', needs: ['find'] },
  fields: { verb: 'change its fields', needs: ['changeField'] },
  combine: { verb: 'make one user of several customers', needs: ['combine'] },
  deactivate: { verb: 'deactivate users', needs: ['deactivated', 'payloadFromLink'] },
} as const satisfies Readonly<
  Record<string, { readonly verb: string; readonly needs: readonly (keyof Sink<never>)[] }>
>;
export type Capability = keyof typeof capabilities;

const hints: Readonly<Partial<Record<Capability, string>>> = {
  deactivate: 'Set policies.inactive: ignore.',
  combine: 'Set policies.sharedEmail to first or none.',
};

/** Throws ConfigError before anything is done that the destination can't bring to its end. */
export function assertCan(sink: Pick<CompleteSink<never>, 'title' | 'missing'>, capability: Capability): void {
  if (capabilities[capability].needs.some((name) => sink.missing.has(name))) throw refusal(sink, capability);
}

function refusal(
  { title, missing }: Pick<CompleteSink<never>, 'title' | 'missing'>,
  capability: Capability,
): ConfigError {
  const { verb, needs } = capabilities[capability];
  const names = needs.filter((name) => missing.has(name));
  return new ConfigError(`${title} can't ${verb}: its connector has no ${names.join(' and no ')}.`, {
    code: 'destination-capability',
    hint: hints[capability] ?? 'Ask the author of the connector for it.',
  });
}

/** Fills in what the author of a destination left out. */
export function completeSink<P, I extends Json>(
  sink: Sink<P, I>,
  { title, clock }: { readonly title: string; readonly clock: Pick<Clock, 'now'> },
): CompleteSink<P, I> {
  if (sink.email && !sink.withoutEmail)
    throw new ConfigError(`${title}: a sink that has email must have withoutEmail, too.`, {
      code: 'destination-capability',
    });
  const needed = Object.values(capabilities).flatMap(({ needs }): readonly string[] => needs);
  const missing = new Set(needed.filter((name) => !(name in sink)));
  const refuse = (capability: Capability) => (): never => {
    throw refusal({ title, missing }, capability);
  };
  return {
    maxBatchSize: 100,
    maxBatchesInFlight: 1,
    counters: { requests: 0, throttled: 0 },
    now: () => clock.now(),
    close: async () => undefined,
    refresh: async () => undefined,
    email: () => undefined,
    withoutEmail: (payload) => payload,
    keepsEmail: () => false,
    combine: refuse('combine'),
    deactivated: refuse('deactivate'),
    payloadFromLink: refuse('deactivate'),
    simulate: refuse('plan'),
    estimate: refuse('plan'),
    compare: refuse('canary'),
    planRevert: refuse('undo'),
    findEmailCycles: () => [],
    audit: withoutAudit(refuse('audit')),
    merging: withoutMerging(refuse('merge')),
    find: refuse('link'),
    facts: async () => undefined,
    changeField: refuse('fields'),
    ...sink,
    title,
    missing,
  };
}

function withoutAudit<P>(refuse: () => never): AuditAdapter<P> {
  return {
    list: refuse,
    compareUser: refuse,
    findSurvivor: refuse,
    isStaff: refuse,
    fuzzyKey: refuse,
    nameOf: refuse,
    toleratesDeleted: false,
    codes: { deleted: '', merged: '' },
    unlistedFields: [],
  };
}

function withoutMerging(refuse: () => never): MergeAdapter {
  return { list: refuse, organizationNames: refuse, look: refuse, merge: refuse, stateOf: refuse, effectMs: 0 };
}
