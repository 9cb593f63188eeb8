import { z } from 'zod';
import { wholeConfigSchema } from '../../src/cli/config-schema.ts';
import { table } from './markdown.ts';

/** The part of JSON Schema that zod writes and this reads. */
interface Schema {
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

const chapters = ['source', 'destination', 'mapping', 'policies'];

/** docs/reference/config.md, from the schema that configurations are held against. */
export function configReference(): string {
  // What zod writes is JSON Schema; its own type of it is wider than what is read here.
  const whole = z.toJSONSchema(wholeConfigSchema(), { io: 'input', unrepresentable: 'any' }) as Schema;
  const { source, destination, mapping, policies, ...others } = whole.properties ?? {};
  const connectors = alternatives(source ?? {}).filter((one) => nameOf(one) !== undefined);
  return [
    '# Configuration',
    'Made by `npm run docs` from the schema. Every key of `rolodesk.yaml`, with its type, its default, and what it means.',
    [
      '- `${NAME}` in a value is read from the environment. A variable that is not set is an error that names the key.',
      '- Relative paths begin at the folder of the configuration.',
      '- Keys that are not listed here are refused, with the nearest known one. All problems of a file are told at once.',
      '- **secret**: never printed or logged. Write it as `${NAME}`, not into the file.',
      '- Editors check the file as you type with this first line: `# yaml-language-server: $schema=./node_modules/rolodesk/rolodesk.schema.json`',
    ].join('\n'),
    '## Top level',
    keyTable([
      ...rowsOf({ ...whole, properties: others }),
      ...chapters.flatMap((name) => {
        const { schema, isRequired } = memberOf(whole, name);
        return schema
          ? [row(name, { ...schema, description: `See [${name}](#${name})`, type: 'object' }, isRequired)]
          : [];
      }),
    ]),
    '## source',
    'Where customers are read from. `connector` says which system, and decides the other keys. A connector of your own is named by its path (`./acme.ts`) or package (`rolodesk-connector-acme`): see [write-a-connector.md](../write-a-connector.md).',
    ...connectors.flatMap((one) => [
      `### connector: ${nameOf(one)}`,
      `${one.description}.`,
      keyTable(rowsOf(one, '', (name) => name !== 'connector')),
    ]),
    '## destination',
    keyTable(rowsOf(destination ?? {})),
    '## mapping',
    mappingText,
    keyTable(
      rowsOf(mapping ?? {}).map(([key = '', type = '', standard = '', meaning = '']) => [
        key,
        type,
        standard,
        meaning || ofZendesk(key),
      ]),
    ),
    '## policies',
    keyTable(rowsOf(policies ?? {})),
  ].join('\n\n');
}

const mappingText = `Target field → where its value comes from. QuickBooks has a mapping of its own (name, e-mail address, phone, postal address as details, tag \`quickbooks\`); keys given here take the place of its keys. Any other connector needs at least \`name\`. A **rule** is one of

- a path into the record, such as \`PrimaryPhone.FreeFormNumber\`: the value keeps its type. A path that the source does not have is refused;
- a Liquid template, such as \`"{{ BillAddr.City }}, {{ BillAddr.Country }}"\`: gives text. One without a letter or digit in it counts as absent;
- \`{ from: …, lookup: { … }, default: … }\`: a path or template whose value is looked up in a table; \`default\` where the value is missing or not in the table;
- \`{ const: … }\`: always this value.

Besides the record's own names, rules may use \`connector\`, \`account\` and \`key\`. In \`tags\` a plain word is the tag itself. \`external_id\` is \`connector:account:key\` unless it is mapped, and lower case always.`;

/** What the schema says nothing about: the targets are Zendesk's own fields. */
function ofZendesk(key: string): string {
  const name = key.replaceAll('`', '');
  return targets.get(name) ?? `Zendesk's field ${key}`;
}

const targets: ReadonlyMap<string, string> = new Map([
  ['name', 'One line, at most 255 characters. A customer without one is skipped `no-name`'],
  ['email', 'The first valid address of what it finds. See `policies.invalidEmail` and `policies.sharedEmail`'],
  ['phone', 'Written as E.164. What is no phone number counts as absent'],
  ['organization_id', 'Id of an organization that is in Zendesk already'],
  ['external_id', 'Must be unique. Default: `connector:account:key`'],
  ['tags', 'These are added and kept; tags of others stay'],
  ['user_fields', 'Custom user fields by their key. `rolodesk check` says which are not in Zendesk'],
  ['skip_verify_email', 'Zendesk sends no verification mail unless this is `false`. Default: `true`'],
  ['verified', 'Whether new addresses count as verified. Not set unless it stands here'],
]);

function keyTable(rows: readonly (readonly string[])[]): string {
  return table(['key', 'type', 'default', 'meaning'], rows);
}

function memberOf({ properties = {}, required = [] }: Schema, name: string) {
  const { [name]: schema } = properties;
  return { schema, isRequired: required.includes(name) };
}

/** A line for each key; keys of objects inside are joined by a dot, those of one alternative say which. */
function rowsOf(schema: Schema, prefix = '', isShown: (name: string) => boolean = () => true, only = ''): string[][] {
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

function row(path: string, schema: Schema, isRequired: boolean, only = ''): string[] {
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

function alternatives({ anyOf, oneOf }: Schema): readonly Schema[] {
  return anyOf ?? oneOf ?? [];
}

function kindOf({ properties }: Schema): string | undefined {
  const kind = properties?.type?.const;
  return typeof kind === 'string' ? kind : undefined;
}

function nameOf({ properties }: Schema): string | undefined {
  const name = properties?.connector?.const;
  return typeof name === 'string' ? name : undefined;
}
