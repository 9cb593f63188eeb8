import type { Clock } from '../../../core/clock.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { ServiceEntry, ServiceStore } from '../../../core/state/service/service-store.ts';
import type { StateLocation } from '../../state/location.ts';
import { factsFrom, type PipelineFacts, storedFacts } from './facts.ts';

/** What configurations say, by the hash of their content: what was read before is not read again at the next start. */
export interface FactsCache {
  find(hash: string): PipelineFacts | undefined;
  add(hash: string, facts: PipelineFacts): void;
  /** Stores what was added. */
  save(): Promise<void>;
  /** Called when every configuration was looked up: forgets what is not among these, and lets go of the memory. */
  settle(inUse: ReadonlySet<string>): Promise<void>;
}

/** What is not used for so long is removed. Until then a service of another folder, or of another version, may use it. */
const unusedMs = 7 * 86_400_000;

/** `own`: where the service keeps its state. */
export async function openFactsCache(
  store: ServiceStore,
  { own, clock }: { readonly own: StateLocation; readonly clock: Clock },
): Promise<FactsCache> {
  let known: ReadonlyMap<string, Json> | undefined = await store.entries('facts');
  let added: ServiceEntry[] = [];
  async function save(): Promise<void> {
    const entries = added;
    added = [];
    if (entries.length > 0) await store.change(entries);
  }
  return {
    find(hash) {
      const value = known?.get(hash);
      return value === undefined ? undefined : factsFrom(value, own);
    },
    add(hash, facts) {
      const value = storedFacts(facts, own);
      if (value !== undefined) added.push({ kind: 'facts', name: hash, value });
    },
    save,
    async settle(inUse) {
      await save();
      if (!known) return;
      known = undefined;
      await store.prune('facts', { before: clock.now() - unusedMs, keep: inUse });
    },
  };
}
