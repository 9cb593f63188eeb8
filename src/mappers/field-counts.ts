import type { OmittedField } from '../core/domain/mapper.ts';

/** A record may be mapped more than once in a run: so many keys are remembered in order to count each once. */
const maxKeys = 1_000;

/** Counts the customers of which something became of a field, such as `was left out`: by field and reason. */
export function createFieldCounts(what: string) {
  const counted = new Map<string, { readonly left: OmittedField; readonly keys: Set<string> }>();
  return {
    add(key: string, left: OmittedField): void {
      const name = `${left.target}\n${left.why}`;
      const entry = counted.get(name) ?? { left, keys: new Set() };
      counted.set(name, entry);
      if (entry.keys.size < maxKeys) entry.keys.add(key);
    },
    describe: (nameOf: (target: string) => string): readonly string[] =>
      [...counted.values()].map(({ left, keys }) => {
        const count = keys.size < maxKeys ? String(keys.size) : `${maxKeys} or more`;
        return `${nameOf(left.target)} ${what} for ${count} ${count === '1' ? 'customer' : 'customers'}: ${left.why}`;
      }),
  };
}
