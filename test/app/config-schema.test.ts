import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { maxDeactivations } from '../../src/app/config-schema.ts';
import { readSettings } from '../../src/app/settings.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { ownFolder } from '../kit/folder.ts';
import { configurationsIn } from '../kit/yaml-blocks.ts';

const root = resolve(import.meta.dirname, '../..');

async function settingsOf(text: string, env: Readonly<Record<string, string>> = {}) {
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'rolodesk.yaml'), text);
  const redactor = createRedactor([]);
  const settings = await readSettings({ asked: undefined, host: { env, cwd, redactor } });
  return { settings, redactor, cwd };
}

/** Digits, because a variable may stand where only digits will do. */
const variablesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, '9130357992221046']));

const page = `# yaml-language-server: $schema=./node_modules/rolodesk/rolodesk.schema.json
name: customers
source:
  connector: quickbooks
  environment: production
  realmId: "9130357992221046"
  clientId: \${QBO_CLIENT_ID}
  clientSecret: \${QBO_CLIENT_SECRET}
  refreshToken: \${QBO_REFRESH_TOKEN}
  # baseUrl: http://127.0.0.1:4010
filter: Balance > 0 and Job != true
destination:
  connector: zendesk
  subdomain: acme
  auth:
    type: oauth
    clientId: \${ZENDESK_CLIENT_ID}
    clientSecret: \${ZENDESK_CLIENT_SECRET}
  # auth: { type: api_token, email: "\${ZENDESK_USER_EMAIL}", token: "\${ZENDESK_API_TOKEN}" }
  reserve: 0.2
mapping:
  name: DisplayName
  details: "{{ BillAddr.City }}, {{ BillAddr.CountrySubDivisionCode }}"
  phone: PrimaryPhone.FreeFormNumber
  tags: [quickbooks]
  user_fields:
    member_level: { from: CustomerTypeRef.name, lookup: { Gold: gold, Silver: silver }, default: bronze }
policies:
  inactive: tag
  sharedEmail: first
  invalidEmail: reject
  conflict: reject
  maxDeactivations: 5%
state: .rolodesk/state.db
schedule: "*/15 * * * *"
`;
const withSource = page.slice(page.indexOf('source:'), page.indexOf('filter:'));
const withDestination = page.slice(page.indexOf('destination:'), page.indexOf('mapping:'));

test('a file with every part of a configuration is read as it is meant', async () => {
  const { settings, cwd } = await settingsOf(page, variablesOf(page));
  expect(settings).toMatchObject({
    name: 'customers',
    state: { kind: 'sqlite', path: join(cwd, '.rolodesk/state.db') },
    config: {
      source: { realmId: '9130357992221046', skipProjects: true },
      filter: 'Balance > 0 and Job != true',
      destination: { subdomain: 'acme', reserve: 0.2, bulk: 'auto', maxJobs: 20 },
      policies: { inactive: 'tag', oldEmail: 'remove', deletedInZendesk: 'skip', maxDeactivations: '5%' },
    },
  });
});

test('a file with source and destination alone gets the defaults that the docs promise', async () => {
  const { settings } = await settingsOf(withSource + withDestination, variablesOf(page));
  expect(settings).toMatchObject({
    name: 'quickbooks-zendesk',
    config: {
      mapping: {},
      policies: { inactive: 'tag', sharedEmail: 'first', invalidEmail: 'reject', conflict: 'reject' },
      retention: 90,
    },
  });
});

test('the secrets of a configuration are kept out of what is printed', async () => {
  const env = { ...variablesOf(page), QBO_CLIENT_SECRET: 'very-secret', QBO_REFRESH_TOKEN: 'refresh-me' };
  const { redactor } = await settingsOf(page, { ...env, ZENDESK_CLIENT_SECRET: 'zen-secret' });
  expect(redactor.redact('very-secret, refresh-me, zen-secret')).toBe('[redacted], [redacted], [redacted]');
});

test.each([
  [
    'both subdomain and baseUrl',
    'subdomain: acme',
    'subdomain: acme\n  baseUrl: https://acme.example.com',
    /subdomain: expected either/,
  ],
  ['neither', 'subdomain: acme', 'bulk: auto', /subdomain: expected either/],
  [
    'plain http elsewhere',
    'subdomain: acme',
    'baseUrl: http://acme.example.com',
    /baseUrl: expected an origin.*http: only for/,
  ],
  [
    'a whole address',
    'subdomain: acme',
    'subdomain: acme.zendesk.com',
    /subdomain: expected the part of the address before/,
  ],
  ['another kind of auth', 'type: oauth', 'type: basic', /auth\.type/],
  [
    'a share that is no share',
    'maxDeactivations: 5%',
    'maxDeactivations: 5 percent',
    /expected a count or a share such as 5%/,
  ],
  [
    'a user field that no key can be',
    'member_level:',
    'member-level:',
    /user_fields\.member-level.*letters, digits and underscores/,
  ],
  [
    'a filter that does not parse',
    'filter: Balance > 0 and Job != true',
    'filter: Balance >',
    /filter: not a Liquid condition: a value is missing at the end/,
  ],
  [
    'a filter over a path that is nowhere',
    'filter: Balance > 0 and Job != true',
    'filter: Balanc > 0',
    /filter: Balanc is not in the source/,
  ],
])('refused: %s', async (_, from, to, message) => {
  expect(page).toContain(from);
  await expect(settingsOf(page.replace(from, to), variablesOf(page))).rejects.toThrow(message);
});

test('a cap on deactivations is a share or a count', () => {
  expect(maxDeactivations('5%')).toEqual({ share: 0.05 });
  expect(maxDeactivations('0.5%')).toEqual({ share: 0.005 });
  expect(maxDeactivations(12)).toEqual({ count: 12 });
});

test('the configuration that the sandbox writes is one', async () => {
  const box = await startSandbox({ customers: 0 });
  onTestFinished(() => box.close());
  expect((await settingsOf(box.configText())).settings.config.destination.baseUrl).toBe(box.zendesk.url);
});

test('configurations are found in a page, whatever stands around them', () => {
  const text = `# Title\n\n\`\`\`yaml title="a"\n${withSource}\`\`\`\n\n- item\n\n  \`\`\`yml\n  source:\n    a: b\n  \`\`\`\n\n\`\`\`yaml\nmapping: {}\n\`\`\`\n`;
  expect(configurationsIn(text)).toEqual([withSource, 'source:\n  a: b\n']);
});

const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].filter((path) => existsSync(join(root, path)));

test('every configuration that the docs show can be loaded', async () => {
  for (const path of pages)
    for (const block of configurationsIn(readFileSync(join(root, path), 'utf8')))
      await expect(settingsOf(block, variablesOf(block)), `${path}:\n${block}`).resolves.toBeDefined();
});

const validateConfig = async (text: string): Promise<string> =>
  await settingsOf(text, variablesOf(text)).then(
    () => '',
    (error: Error) => error.message,
  );

test('rules of organizations are held against the source, each with its line; an item is one of its list', async () => {
  const lists = `source: { connector: quickbooks, ${Object.entries({
    realmId: '"9130357992221046"',
    clientId: 'x',
    clientSecret: 'x',
    refreshToken: 'x',
  })
    .map((entry) => entry.join(': '))
    .join(', ')} }\n${withDestination}`;
  const found = await validateConfig(
    `${lists}organizations:\n  - name: CompanyNam\n    tags: ["{{ BillAddr.Town }}"]\n  - each: BillAddr\n    name: item.Line9\n`,
  );
  expect(found).toContain('organizations.0.name: CompanyNam is not in the source');
  expect(found).toContain('organizations.0.tags.0: BillAddr.Town is not in the source');
  expect(found).toContain('organizations.1.name: BillAddr.Line9 is not in the source');
  expect(await validateConfig(`${lists}organizations: { title: CompanyName }\n`)).toContain('organizations');
  expect(await validateConfig(`${lists}organizations: true\nmapping: { organization_id: Id }\n`)).toContain(
    'mapping.organization_id says the same another way',
  );
});

test('a connector without a rule of its own for organizations says so', async () => {
  const text = `source: { connector: json, path: a.json, key: id }\nmapping: { name: name }\n${withDestination}`;
  expect(await validateConfig(`${text}organizations: true\n`)).toContain('has no rule of its own for organizations');
});
