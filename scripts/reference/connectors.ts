import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { sources } from '../../src/connectors/registry.ts';
import type { SourceConnector } from '../../src/core/connector.ts';
import type { RateLimits } from '../../src/core/http/rate-limits.ts';
import { builtIns } from '../../src/mappers/registry.ts';
import { alternatives, keyTable, rowsOf, type Schema } from './keys.ts';
import { table } from './markdown.ts';

/** docs/connectors/<name>.md, from the connector itself and the example in its folder. */
export function connectorReferences(): readonly { readonly path: string; readonly make: () => string }[] {
  return sources.map((source) => ({ path: `docs/connectors/${source.name}.md`, make: () => `${pageOf(source)}\n` }));
}

function pageOf(source: SourceConnector): string {
  const { name, title, reads, limits, record } = source;
  return [
    `# ${name}`,
    `${title}. Reads ${reads}.`,
    `Made by \`npm run docs\` from \`src/connectors/${name}\`. For all other keys of a configuration, see [config.md](../reference/config.md).`,
    '## Example',
    `\`\`\`yaml\n${exampleText(name)}\`\`\``,
    ...aboutText(name),
    '## Keys of source',
    keyTable(rowsOf(schemaOf(source.schema(name)), '', (key) => key !== 'connector')),
    '**secret**: never printed or logged. Write it as `${NAME}`, which is read from the environment.',
    ...limitsText(limits),
    '## Mapping',
    mappingText(source),
    ...fieldsText(schemaOf(record)),
  ].join('\n\n');
}

function exampleText(name: string): string {
  return readFileSync(new URL(`../../src/connectors/${name}/example.yaml`, import.meta.url), 'utf8');
}

/** What no schema says, where a connector has something to say: how it behaves, in its own folder. */
function aboutText(name: string): readonly string[] {
  const file = new URL(`../../src/connectors/${name}/about.md`, import.meta.url);
  return existsSync(file) ? [readFileSync(file, 'utf8').trimEnd()] : [];
}

function exampleSource(name: string): unknown {
  return parse(exampleText(name).replaceAll(/\$\{\w+\}/g, '"1"')).source;
}

function schemaOf(schema: z.ZodType): Schema {
  // What zod writes is JSON Schema; its own type of it is wider than what is read here.
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
}

/** Nothing for files and the like: they are asked for nothing over a network. */
function limitsText({ perSecond, perMinute, concurrent, documented }: RateLimits): readonly string[] {
  if (perSecond === undefined && perMinute === undefined && documented === undefined) return [];
  const rates = [
    ...(perSecond === undefined ? [] : [`${perSecond} a second`]),
    ...(perMinute === undefined ? [] : [`${perMinute} a minute`]),
    `${concurrent} at once`,
  ];
  const from = documented === undefined ? '' : ` (${documented})`;
  return ['## Limits', `Requests, at most: ${rates.join(', ')}${from}. Rolodesk obeys a Retry-After in any case.`];
}

function mappingText({ name, mapping, schema }: SourceConnector): string {
  const code = builtIns.get(name)?.(schema(name).parse(exampleSource(name)));
  if (code)
    return `Built in: ${code.fields.map((field) => `\`${field}\``).join(', ')}. Keys under \`mapping\` replace them.`;
  if (!mapping)
    return 'This connector has no mapping of its own, because you define the records. Map at least `name` under `mapping`.';
  const rows = Object.entries(mapping).map(([target, from]) => [`\`${target}\``, `\`${JSON.stringify(from)}\``]);
  return `Keys under \`mapping\` replace these.\n\n${table(['field', 'comes from'], rows)}`;
}

/** The paths that a mapping is held against, where the connector knows them. */
function fieldsText(record: Schema): readonly string[] {
  const rows = pathsOf(record, '');
  if (rows.length === 0) return [];
  return [
    '## Fields of a record',
    'A mapping may name these fields. Records may contain others, but a mapping that names one is an error.',
    table(['path', 'type'], rows),
  ];
}

function pathsOf(schema: Schema, prefix: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${prefix}${name}`;
    const nested = [inner, ...alternatives(inner)].flatMap((one) => pathsOf(one, `${path}.`));
    return nested.length > 0 ? nested : [[`\`${path}\``, typesOf(inner)]];
  });
}

function typesOf(schema: Schema): string {
  const kinds = [schema, ...alternatives(schema)].flatMap(({ type }) => type ?? []).filter((type) => type !== 'null');
  return [...new Set(kinds)].map((type) => (type === 'string' ? 'text' : type)).join(' or ') || 'any value';
}
