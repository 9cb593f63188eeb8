import { z } from 'zod';
import type { Json } from '../../core/domain/json.ts';
import { stableJson } from '../../core/stable-json.ts';
import type { FollowedConfiguration } from '../service/catalog/catalog.ts';
import { shareableConfig } from '../support-bundle/shareable-config.ts';
import type { Answer } from './api/index.ts';
import type { ConsoleContext } from './console-context.ts';

const stored = z.object({
  hash: z.string(),
  masked: z.json(),
  changes: z.array(z.object({ at: z.string(), keys: z.array(z.string()) })),
});

const maxChanges = 50;

/**
 * A configuration without anything private, with the changes of it that the console has seen. One that has another hash
 * than what was seen last is noted as changed now, with the keys whose values differ.
 */
export async function configurationDocument(
  { store, clock }: Pick<ConsoleContext, 'store' | 'clock'>,
  { label, hash, facts, settings }: FollowedConfiguration,
): Promise<Answer<'getConfiguration'>> {
  const masked = shareableConfig(await settings());
  const document = await store.document('configuration', facts.name);
  const before = stored.safeParse(document?.value).data;
  if (before?.hash === hash) return { label, masked, changes: before.changes };
  const at = new Date(clock.now()).toISOString();
  const keys = before ? changedKeys(before.masked, masked) : [];
  // A value that is masked in both has changed all the same: its hash says so.
  const change = { at, keys: keys.length > 0 ? [...keys] : ['a secret or another private value'] };
  const changes = before ? [change, ...before.changes].slice(0, maxChanges) : [];
  const value = { hash, masked, changes };
  if (document)
    await store.replaceDocument({ kind: 'configuration', id: facts.name, pipeline: facts.name, value }, document.value);
  else await store.saveDocument({ kind: 'configuration', id: facts.name, pipeline: facts.name, value });
  return { label, masked, changes };
}

/** Paths such as `policies.inactive` whose values differ. */
function changedKeys(before: Json | undefined, now: Json | undefined, path = ''): readonly string[] {
  if (stableJson(before ?? null) === stableJson(now ?? null)) return [];
  if (!isObject(before) || !isObject(now)) return [path];
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => changedKeys(before[name], now[name], path === '' ? name : `${path}.${name}`));
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
