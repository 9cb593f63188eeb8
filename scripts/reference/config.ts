import { z } from 'zod';
import { wholeConfigSchema } from '../../src/app/config-schema.ts';
import { alternatives, keyTable, memberOf, nameOf, row, rowsOf, type Schema } from './keys.ts';

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
      '- If NAME is not set, Rolodesk reads the file that `NAME_FILE` names (secrets of containers), or NAME in the credentials of systemd (`$CREDENTIALS_DIRECTORY`). The same applies to `ROLODESK_KEY`.',
      '- Relative paths start at the folder of the configuration.',
      '- A key that is not listed here is an error; the message names the nearest known key. Rolodesk reports all problems of a file at once.',
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
    'Where Rolodesk reads customers. `connector` says which system, and decides the other keys. Name a connector of your own by its path (`./acme.ts`) or package (`rolodesk-connector-acme`): see [write-a-connector.md](../write-a-connector.md).',
    'Each connector has a page with its keys and an example:',
    connectors.map((one) => `- [${nameOf(one)}](../connectors/${nameOf(one)}.md): ${one.description}`).join('\n'),
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

const mappingText = `Target field → where its value comes from. QuickBooks has a mapping of its own (name, e-mail address, phone, postal address as details, tag \`quickbooks\`); keys in the configuration replace its keys. Any other connector needs at least \`name\`. A **rule** is one of

- a path into the record, such as \`PrimaryPhone.FreeFormNumber\`: the value keeps its type. A path that the source does not have is an error;
- a Liquid template, such as \`"{{ BillAddr.City }}, {{ BillAddr.Country }}"\`: text. A text without any letter or digit counts as absent;
- \`{ from: …, lookup: { … }, default: … }\`: a path or template whose value is looked up in a table; \`default\` where the value is missing or not in the table;
- \`{ const: … }\`: always this value.

In addition to the record's fields, rules may use \`connector\`, \`account\` and \`key\`. In \`tags\` a plain word is the tag itself. \`external_id\` is \`connector:account:key\` unless it is mapped, and always in lower case.`;

/** What the schema says nothing about: the targets are Zendesk's own fields. */
function ofZendesk(key: string): string {
  const name = key.replaceAll('`', '');
  return targets.get(name) ?? `Zendesk's field ${key}`;
}

const targets: ReadonlyMap<string, string> = new Map([
  ['name', 'One line, at most 255 characters. A customer without a name is skipped (`no-name`)'],
  ['email', 'The first valid address in the value. See `policies.invalidEmail` and `policies.sharedEmail`'],
  ['phone', 'Written as E.164. A text that is not a phone number counts as absent'],
  ['organization_id', 'Id of an organization that exists in Zendesk'],
  ['external_id', 'Must be unique. Default: `connector:account:key`'],
  ['tags', 'Rolodesk adds and keeps these; other tags stay'],
  ['user_fields', 'Custom user fields by their key. `rolodesk check` says which are not in Zendesk'],
  ['skip_verify_email', 'Zendesk sends no verification mail unless this is `false`. Default: `true`'],
  ['verified', 'Whether new addresses count as verified. Not set by default'],
]);
