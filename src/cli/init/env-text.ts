/** What `.env` and `.env.example` hold: the variables of a configuration, each with where it comes from. */

const meanings: Readonly<Record<string, string>> = {
  QBO_CLIENT_ID: 'Intuit developer portal: your app, Keys & credentials. Development keys for environment: sandbox.',
  ZENDESK_SUBDOMAIN: 'The part of the address before .zendesk.com.',
  ZENDESK_CLIENT_ID:
    'Admin Center: Apps and integrations, APIs, OAuth clients: a confidential client. Its identifier and secret.',
};
const keyName = 'ROLODESK_KEY';
const keyMeaning =
  'Encrypts the tokens in the state file. Any long random text; keep it. Without it a key file is made in ~/.config/rolodesk.';

export function envExample(configText: string): string {
  const parts = variablesOf(configText).map((name) => {
    const meaning = meanings[name];
    return `${meaning === undefined ? '' : `\n# ${meaning}\n`}${name}=\n`;
  });
  return `# Copy to .env and fill in. rolodesk reads .env where it stands next to rolodesk.yaml; what the environment sets goes before.
# Keep .env out of version control, and to yourself: chmod 600 .env
${parts.join('')}
# ${keyMeaning}
${keyName}=
`;
}

/** Lines for the answers that are not in the file yet. */
export function envLines(secrets: Readonly<Record<string, string>>, before: string): string {
  const lines = Object.entries(secrets).filter(([name]) => !new RegExp(`^\\s*(export\\s+)?${name}=`, 'm').test(before));
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return lines.length === 0 ? '' : `${gap}${lines.map(([name, value]) => `${name}=${quoted(value)}\n`).join('')}`;
}

export function variablesOf(configText: string): readonly string[] {
  return [...new Set([...configText.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))];
}

function quoted(value: string): string {
  if (/^[\w.~+/=:@-]*$/.test(value)) return value;
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark)) ?? '"';
  return `${quote}${value}${quote}`;
}
