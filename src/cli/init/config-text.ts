import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { unknownRealm } from '../../connectors/quickbooks/config.ts';
import { defined } from '../../core/defined.ts';
import { isWorkedExample, workedExampleText } from './examples.ts';
import type { WorksheetAnswers } from './worksheet-columns.ts';

/** The answers given to `init`. */
export interface PromptAnswers {
  /** Name of the connector that is read from, or of a worked example. */
  readonly source: string;
  readonly environment: 'production' | 'sandbox';
  /** Undefined: not known yet. */
  readonly realmId: string | undefined;
  /** Undefined: it comes from the environment. */
  readonly subdomain: string | undefined;
  /** Undefined: not asked for, or filled in later. */
  readonly worksheet?: WorksheetAnswers | undefined;
  /** Values of variables, for `.env`. */
  readonly secrets: Readonly<Record<string, string>>;
}

const schemaLine = '# yaml-language-server: $schema=./node_modules/rolodesk/rolodesk.schema.json';

/** A rolodesk.yaml: of QuickBooks by what was answered, of others the connector's example, to be filled in. */
export function configText(answers: PromptAnswers): string {
  const subdomain = answers.subdomain ?? '$' + '{ZENDESK_SUBDOMAIN}';
  if (answers.worksheet) return `${schemaLine}\n${worksheetText(answers.worksheet)}${destinationText(subdomain)}`;
  if (isWorkedExample(answers.source))
    return `${schemaLine}\n${withSubdomain(workedExampleText(answers.source), subdomain)}`;
  if (answers.source !== 'quickbooks') return `${schemaLine}\n${withSubdomain(exampleOf(answers.source), subdomain)}`;
  const realm =
    answers.realmId === undefined
      ? `"${unknownRealm}" # rolodesk connect quickbooks puts the company's id here`
      : `"${answers.realmId}"`;
  return `${schemaLine}
name: customers
source:
  connector: quickbooks
  environment: ${answers.environment}
  realmId: ${realm}
  clientId: \${QBO_CLIENT_ID}
  clientSecret: \${QBO_CLIENT_SECRET}
${destinationText(subdomain)}`;
}

function destinationText(subdomain: string): string {
  return `destination:
  connector: zendesk
  subdomain: ${subdomain}
  auth:
    type: oauth
    clientId: \${ZENDESK_CLIENT_ID}
    clientSecret: \${ZENDESK_CLIENT_SECRET}
`;
}

/** Headers are a person's own words: written so that YAML reads back the same, whatever is in them. */
function worksheetText({ path, key, name, email, phone }: WorksheetAnswers): string {
  return stringify(
    {
      name: 'customers',
      source: { connector: 'worksheet', path, key },
      mapping: { name, ...defined({ email, phone }) },
    },
    { lineWidth: 0 },
  );
}

/** It lies next to the connector, in the source and in the package. */
function exampleOf(source: string): string {
  return readFileSync(new URL(`../../connectors/${source}/example.yaml`, import.meta.url), 'utf8');
}

/** Of the destination, which every example has last. */
function withSubdomain(text: string, subdomain: string): string {
  const at = text.indexOf('destination:');
  return text.slice(0, at) + text.slice(at).replace(/subdomain: \S+/, () => `subdomain: ${subdomain}`);
}
