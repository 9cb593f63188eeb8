import type { Json } from '../../../core/domain/json.ts';
import type { ChangeIntent } from './intents.ts';

export function hasTags({ tags }: Pick<ChangeIntent, 'tags'>): boolean {
  return tags.add.length + tags.remove.length > 0;
}

/** The tags to write: Zendesk's, without ours that were removed, plus ours that were added. */
export function applyTagDiff(
  current: Json | undefined,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const tags = Array.isArray(current) ? current.filter((tag): tag is string => typeof tag === 'string') : [];
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])].sort();
}
