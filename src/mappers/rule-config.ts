import type { Liquid } from 'liquidjs';
import { z } from 'zod';
import {
  conditionalRule,
  constantRule,
  isTemplate,
  lookupRule,
  pathRule,
  type Rule,
  templateRule,
  transformRule,
} from './rules.ts';

const path = z.string().min(1).describe('A path such as BillAddr.City, or a Liquid template');
const when = z.string().min(1).optional().describe('A Liquid condition: where it is false, the field counts as absent');
/** How a configuration writes a rule. */
export const ruleSchema = z.union([
  path,
  z.strictObject({
    from: path,
    lookup: z.record(z.string(), z.json()).optional().describe('The value by another name'),
    default: z.json().optional().describe('Where there is nothing, or nothing in the lookup'),
    transform: z.string().min(1).optional().describe('Liquid filters for the value, such as "slug | upcase"'),
    when,
  }),
  z.strictObject({ const: z.json().describe('Always this'), when }),
]);
export type RuleConfig = z.infer<typeof ruleSchema>;

/** In this order: where it comes from, its other name, what stands in for nothing, its filters; all of it where `when` holds. */
export function compile(config: RuleConfig, liquid: Liquid | undefined): Rule {
  if (typeof config === 'string') return fromRule(config, liquid);
  const found =
    'const' in config
      ? constantRule(config.const)
      : lookupRule(fromRule(config.from, liquid), config.lookup, config.default);
  const { transform } = 'const' in config ? {} : config;
  const transformed =
    transform === undefined ? found : part('transform', () => transformRule(found, transform, liquid));
  const { when } = config;
  return when === undefined ? transformed : part('when', () => conditionalRule(transformed, when, liquid));
}

function fromRule(text: string, liquid: Liquid | undefined): Rule {
  return isTemplate(text) ? part('not a Liquid template', () => templateRule(text, liquid)) : pathRule(text);
}

/** A plain word in `tags` is the tag itself. */
export function compileTag(config: RuleConfig, liquid: Liquid | undefined): Rule {
  return typeof config === 'string' && !isTemplate(config) ? constantRule(config) : compile(config, liquid);
}

/** Says which part of a rule does not parse. */
function part(name: string, make: () => Rule): Rule {
  try {
    return make();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
