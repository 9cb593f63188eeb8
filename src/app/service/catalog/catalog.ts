import { setImmediate as letOthersRun } from 'node:timers/promises';
import { sources } from '../../../connectors/registry.ts';
import { ConfigError, RolodeskError } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';
import type { Settings } from '../../settings.ts';
import { factsOf, type PipelineFacts } from './facts.ts';
import type { FactsCache } from './facts-cache.ts';
import { createFit } from './fit-together.ts';
import { createVariables, hashOf, isYaml, settingsOf, type Variables } from './found.ts';
import type { FoundConfiguration } from './found-configuration.ts';
import { createRecentSettings } from './recent-settings.ts';

/** A configuration that the service follows. Only its facts are in memory. */
export interface FollowedConfiguration {
  readonly label: string;
  readonly hash: string;
  readonly facts: PipelineFacts;
  /** Reads it whole. Throws ConfigError if something that it depends on has changed, such as a secret's file. */
  settings(): Promise<Settings>;
}

/** A configuration that cannot be used. The version that was good before, if there was one, stays in use. */
export interface ConfigurationProblem {
  readonly label: string;
  readonly error: ConfigError;
  readonly isPreviousInUse: boolean;
}

/** By label, in order: of two that do not fit together, the first one counts. An error stands for one that can't be read. */
export type FoundConfigurations = ReadonlyMap<string, FoundConfiguration | ConfigError>;

/** Where configurations come from. */
export interface Finder {
  /** All of them. One that has not changed may be the same object as before. */
  all(): Promise<FoundConfigurations>;
}

export interface Catalog {
  /** Looks for what is new, has changed or is gone. */
  look(): Promise<void>;
  /** Reads some that are new or have changed. Returns how many are still to be read. */
  readSome(limit: number): Promise<number>;
  followed(): readonly FollowedConfiguration[];
  problems(): readonly ConfigurationProblem[];
  /** How many are still to be read. */
  unread(): number;
  /** How many were read whole because nothing was known of their content. */
  reads(): number;
}

interface Item {
  readonly label: string;
  readonly found: FoundConfiguration | ConfigError;
  readonly hash: string;
  /** Undefined: not read yet. */
  readonly result: PipelineFacts | ConfigError | undefined;
}

/** How many are looked at before others get their turn. */
const sliceLength = 100;
/** To read one whole takes some milliseconds of the processor: a worker has turns to keep meanwhile. */
const readSliceLength = 20;

interface CatalogOptions {
  /** In order: what the first one finds counts before what the next one does. */
  readonly finders: readonly Finder[];
  readonly cache: FactsCache;
  readonly host: Host;
  /** What else a configuration must be, whatever others are there. */
  readonly fits?: ((facts: PipelineFacts) => ConfigError | undefined) | undefined;
}

export function createCatalog({ finders, cache, host, fits = () => undefined }: CatalogOptions): Catalog {
  let items: ReadonlyMap<string, Item> = new Map();
  let inUse: ReadonlyMap<string, FollowedConfiguration> = new Map();
  let problems: readonly ConfigurationProblem[] = [];
  let reads = 0;
  const recent = createRecentSettings();

  function itemOf(label: string, found: FoundConfiguration | ConfigError, variables: Variables): Item {
    const before = items.get(label);
    if (before?.found === found) return before;
    if (found instanceof ConfigError) return { label, found, hash: '', result: found };
    const hash = hashOf(found, variables);
    // What did not fit may fit now: that is decided each time.
    if (before?.hash === hash) return { ...before, found };
    return { label, found, hash, result: cache.find(hash) };
  }

  function followedOf(item: Item): FollowedConfiguration | undefined {
    const { label, hash, found, result } = item;
    if (!result || result instanceof ConfigError || found instanceof ConfigError) return undefined;
    const before = inUse.get(label);
    if (before?.hash === hash) return before;
    return { label, hash, facts: result, settings: () => recent.get(hash, () => settingsOf(found, host)) };
  }

  function fitTogether(): void {
    const found = fitItems([...items.values()], { inUse, followedOf, fits });
    inUse = found.usable;
    problems = found.problems;
  }

  const unread = () => [...items.values()].filter(({ result }) => result === undefined);

  return {
    async look() {
      const found = new Map<string, FoundConfiguration | ConfigError>();
      for (const finder of finders) for (const [label, one] of await finder.all()) found.set(label, one);
      const variables = createVariables(host.env);
      const next = new Map<string, Item>();
      let looked = 0;
      for (const [label, one] of found) {
        next.set(label, itemOf(label, one, variables));
        looked += 1;
        if (looked % sliceLength === 0) await letOthersRun();
      }
      items = next;
      // With those that are still to be read: what is known before does not go before them.
      if (unread().length > 0) return;
      fitTogether();
      await cache.settle(hashesOf(items));
    },
    async readSome(limit) {
      const waiting = unread();
      if (waiting.length === 0) return 0;
      const next = new Map(items);
      for (const item of waiting.slice(0, limit)) {
        reads += 1;
        if (reads % readSliceLength === 0) await letOthersRun();
        next.set(item.label, { ...item, result: await readFacts(item, { cache, host }) });
      }
      items = next;
      fitTogether();
      const left = waiting.length - Math.min(limit, waiting.length);
      await (left === 0 ? cache.settle(hashesOf(items)) : cache.save());
      return left;
    },
    followed: () => [...inUse.values()],
    problems: () => problems,
    unread: () => unread().length,
    reads: () => reads,
  };
}

function hashesOf(items: ReadonlyMap<string, Item>): ReadonlySet<string> {
  return new Set(Array.from(items.values(), ({ hash }) => hash));
}

async function readFacts(
  { found, hash }: Item,
  { cache, host }: { readonly cache: FactsCache; readonly host: Host },
): Promise<PipelineFacts | ConfigError> {
  if (found instanceof ConfigError) return found;
  try {
    const settings = await settingsOf(found, host);
    const facts = factsOf(settings);
    if (isKnownByText(found, settings)) cache.add(hash, facts);
    return facts;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    if (!(error instanceof RolodeskError)) throw error;
    return new ConfigError(error.message, { code: error.code, cause: error });
  }
}

/** Those that are followed come first, then the new ones in their order: whoever comes second does not fit. */
function fitItems(
  items: readonly Item[],
  {
    inUse,
    followedOf,
    fits,
  }: {
    readonly fits: (facts: PipelineFacts) => ConfigError | undefined;
    readonly inUse: ReadonlyMap<string, FollowedConfiguration>;
    readonly followedOf: (item: Item) => FollowedConfiguration | undefined;
  },
) {
  const fit = createFit();
  const usable = new Map<string, FollowedConfiguration>();
  const problems: ConfigurationProblem[] = [];
  const isUnchanged = ({ label, hash }: Item): boolean => inUse.get(label)?.hash === hash;
  for (const item of [...items.filter(isUnchanged), ...items.filter((one) => !isUnchanged(one))]) {
    const now = followedOf(item);
    const problem = now ? (fits(now.facts) ?? fit.add(item.label, now.facts)) : undefined;
    if (now && !problem) {
      usable.set(item.label, now);
      continue;
    }
    const error = item.result instanceof ConfigError ? item.result : problem;
    const previous = inUse.get(item.label);
    const isPreviousInUse = previous !== undefined && fit.add(item.label, previous.facts) === undefined;
    if (previous && isPreviousInUse) usable.set(item.label, previous);
    if (error) problems.push({ label: item.label, error, isPreviousInUse });
  }
  return { usable, problems };
}

/** Whether the text and its variables say all there is to know. A connector of one's own is a module, which may change. */
function isKnownByText(found: FoundConfiguration, { connector, custom }: Settings): boolean {
  return isYaml(found) && sources.includes(connector) && custom === undefined;
}
