import type { Json } from '../../domain/json.ts';
import type { ServiceEntryKind, ServiceStore } from './service-store.ts';

/** For a service that has nowhere to keep anything: it starts as if for the first time. */
export function createMemoryServiceStore(): ServiceStore {
  const kinds = new Map<ServiceEntryKind, Map<string, Json>>();
  const versions = new Map<ServiceEntryKind, number>();
  function ofKind(kind: ServiceEntryKind): Map<string, Json> {
    const found = kinds.get(kind) ?? new Map<string, Json>();
    kinds.set(kind, found);
    return found;
  }
  return {
    entries: async (kind) => new Map(ofKind(kind)),
    entry: async (kind, name) => ofKind(kind).get(name),
    async change(entries) {
      for (const { kind, name, value } of entries)
        if (value === undefined) ofKind(kind).delete(name);
        else ofKind(kind).set(name, value);
      for (const kind of new Set(entries.map((entry) => entry.kind))) versions.set(kind, (versions.get(kind) ?? 0) + 1);
    },
    async prune(kind, { keep }) {
      for (const name of ofKind(kind).keys()) if (!keep.has(name)) ofKind(kind).delete(name);
    },
    version: async (kind) => versions.get(kind) ?? 0,
    close: async () => undefined,
  };
}
