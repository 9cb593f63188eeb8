import { z } from 'zod';
import { customerDataMark } from '../api/schemas.ts';

/** What stands in place of a customer's data. */
export const masked = '•••';

/** An answer as viewers get it: whatever its schema marks as a customer's data is masked, and keeps its shape. */
export function maskCustomerData(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (schema instanceof z.ZodType && schema.meta()?.[customerDataMark] === true) return withoutValues(value);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodExactOptional)
    return maskCustomerData(schema.unwrap(), value);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => maskCustomerData(schema.element, item));
  if (schema instanceof z.ZodTuple && Array.isArray(value))
    return value.map((item, index) => maskIn(schema.def.items[index], item));
  if (schema instanceof z.ZodRecord) return mapValues(value, (_, inner) => maskCustomerData(schema.valueType, inner));
  if (schema instanceof z.ZodUnion) {
    const branch = schema.options.find((option) => z.safeParse(option, value).success);
    return maskIn(branch, value);
  }
  if (schema instanceof z.ZodObject)
    return mapValues(value, (name, inner) => maskIn(schema.shape[name], inner, schema));
  return value;
}

/** What no schema describes is not known to be harmless, except where the schema says that anything may stand there. */
function maskIn(schema: z.core.$ZodType | undefined, value: unknown, within?: z.ZodObject): unknown {
  if (schema) return maskCustomerData(schema, value);
  const isLoose = within?.def.catchall !== undefined && !(within.def.catchall instanceof z.ZodNever);
  return isLoose ? value : withoutValues(value);
}

function withoutValues(value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(withoutValues);
  if (typeof value === 'object') return mapValues(value, (_, inner) => withoutValues(inner));
  return masked;
}

function mapValues(value: unknown, change: (name: string, inner: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return withoutValues(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(name, inner)]));
}
