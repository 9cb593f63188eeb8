import { table } from './markdown.ts';

/** The part of JSON Schema that zod writes and this reads. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
}

/** Rows of key, type, default and meaning. */
export function keyTable(rows: readonly (readonly string[])[]): string {
  return table(['key', 'type', 'default', 'meaning'], rows);
}

export function memberOf({ properties = {}, required = [] }: Schema, name: string) {
  const { [name]: schema } = properties;
  return { schema, isRequired: required.includes(name) };
}

/** A line for each key; keys of objects inside are joined by a dot, those of one alternative say which. */
export function rowsOf(
  schema: Schema,
  prefix = '',
  isShown: (name: string) => boolean = () => true,
  only = '',
): string[][] {
  return Object.keys(schema.properties ?? {})
    .filter(isShown)
    .flatMap((name) => {
      const { schema: inner = {}, isRequired } = memberOf(schema, name);
      const path = `${prefix}${name}`;
      const kinds = alternatives(inner).filter((one) => kindOf(one) !== undefined);
      if (kinds.length > 0) return [row(path, inner, isRequired, only), ...kinds.flatMap((one) => kindRows(one, path))];
      const nested = inner.properties ? rowsOf(inner, `${path}.`, undefined, only) : [];
      return [row(path, inner, isRequired, only), ...nested];
    });
}

function kindRows(one: Schema, path: string): string[][] {
  const kind = kindOf(one);
  const rows = rowsOf(one, `${path}.`, (name) => name !== 'type', ` (${kind})`);
  const head = [`\`${path}.type: ${kind}\``, '', '', one.description ?? ''];
  return one.description ? [head, ...rows] : rows;
}

export function row(path: string, schema: Schema, isRequired: boolean, only = ''): string[] {
  const { default: standard, secret, description = '' } = schema;
  const shown = standard === undefined || isEmpty(standard) ? '' : `\`${JSON.stringify(standard)}\``;
  const type = `${typeOf(schema)}${secret ? ', **secret**' : ''}`;
  return [`\`${path}\`${only}`, type, isRequired && shown === '' ? 'required' : shown, description];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function typeOf(schema: Schema): string {
  const { type, enum: values, items, properties, additionalProperties, minimum, maximum } = schema;
  if (schema.$ref !== undefined) return 'any value';
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (values) return values.map((value) => `\`${String(value)}\``).join(' or ');
  const kinds = alternatives(schema);
  if (kinds.some(({ properties: inner }) => inner && 'from' in inner && 'lookup' in inner)) return 'rule';
  if (kinds.length > 0) {
    const named = kinds.flatMap((one) => kindOf(one) ?? []);
    if (named.length > 0) return `object; \`type\` is ${named.map((name) => `\`${name}\``).join(' or ')}`;
    return [...new Set(kinds.map(typeOf))].join(' or ');
  }
  if (items) return typeOf(items) === 'rule' ? 'list of rules' : `list (${typeOf(items)})`;
  if (type === 'object' && !properties && typeof additionalProperties === 'object')
    return `name → ${typeOf(additionalProperties)}`;
  if (type === 'integer' || type === 'number') return rangeOf(type, minimum, maximum);
  if (type === 'boolean') return '`true` or `false`';
  return [type ?? 'any value'].flat().map(wordFor).join(' or ');
}

function wordFor(type: string): string {
  return type === 'string' ? 'text' : type;
}

function rangeOf(type: string, minimum: number | undefined, maximum: number | undefined): string {
  const name = type === 'integer' ? 'whole number' : 'number';
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) return `${name}, ${minimum} to ${most}`;
  return minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? name : `${name}, at least ${minimum}`;
}

export function alternatives({ anyOf, oneOf }: Schema): readonly Schema[] {
  return anyOf ?? oneOf ?? [];
}

function kindOf({ properties }: Schema): string | undefined {
  const kind = properties?.type?.const;
  return typeof kind === 'string' ? kind : undefined;
}

export function nameOf({ properties }: Schema): string | undefined {
  const name = properties?.connector?.const;
  return typeof name === 'string' ? name : undefined;
}
