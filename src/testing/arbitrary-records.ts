import { z } from 'zod';
import { schemasAt } from '../core/config/schema-tools.ts';
import type { Json } from '../core/domain/json.ts';
import { createRandom } from '../sandbox/server/random.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Texts that have broken something somewhere. */
const texts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\u200b',
  'Ünal Åström',
  '北京 王芳',
  '👩‍👩‍👧‍👦',
  'a'.repeat(5_000),
  '{{ name }}',
  '{% if',
  '"quoted", \'and\' <b>bold</b>',
  'first@example.com, second@example.com',
  'Name <person@example.com>',
  'not an address@',
  '+1 (415) 555-0100 x12',
  'constructor',
  '__proto__',
  '2026-13-45T99:99:99Z',
  'true',
  'null',
  '1e999',
  'line\nbreak\r\n',
];
const numbers = [0, -1, 0.1, 1e21, Number.MAX_SAFE_INTEGER, 4_294_967_296];

/**
 * Records that no documentation speaks of, the same ones for the same seed. What a source promises they keep: they are of
 * the schema's shape, with what it requires beyond that (such as a date) taken from the example.
 */
export function arbitraryRecords(seed: number) {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const several = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * 4) }, make);

  function json(depth = 0): Json {
    switch (Math.floor(random() * (depth > 2 ? 5 : 7))) {
      case 0:
        return null;
      case 1:
        return random() < 0.5;
      case 2:
        return pick(numbers) ?? 0;
      case 5:
        return several(() => json(depth + 1));
      case 6:
        return Object.fromEntries(several(() => [`k${Math.floor(random() * 5)}`, json(depth + 1)]));
      default:
        return pick(texts) ?? '';
    }
  }

  function fieldsOf(schema: z.core.$ZodType, depth: number): Readonly<Record<string, Json>> {
    const known = schemasAt(schema, []).flatMap((found) =>
      found instanceof z.ZodObject ? Object.entries<z.core.$ZodType>(found.shape) : [],
    );
    const made = known.flatMap(([name, inner]) => (random() < 0.2 ? [] : [[name, documented(inner, depth)] as const]));
    return Object.fromEntries([...made, ...several(() => [`more${Math.floor(random() * 3)}`, json()] as const)]);
  }

  function documented(schema: z.core.$ZodType, depth: number): Json {
    const found = pick(schemasAt(schema, []));
    if (found instanceof z.ZodObject && depth < 4) return fieldsOf(found, depth + 1);
    if (found instanceof z.ZodArray) return several(() => documented(found.element, depth + 1));
    if (found instanceof z.ZodNumber) return pick(numbers) ?? 0;
    if (found instanceof z.ZodBoolean) return random() < 0.5;
    return found instanceof z.ZodString ? (pick(texts) ?? '') : json();
  }

  return {
    /** Undefined where the schema takes neither what was made nor what the example has. */
    record(schema: z.ZodType, example: Fields): Fields | undefined {
      const made: Fields = { ...fieldsOf(schema, 0) };
      const refused = new Set(schema.safeParse(made).error?.issues.map(({ path }) => String(path[0])));
      const mended = Object.fromEntries(
        [...new Set([...Object.keys(made), ...refused])].flatMap((name) => {
          if (!refused.has(name)) return [[name, made[name]]];
          return Object.hasOwn(example, name) ? [[name, example[name]]] : [];
        }),
      );
      return schema.safeParse(mended).success ? mended : undefined;
    },
  };
}
