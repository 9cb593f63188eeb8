import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csvLine } from '../../src/app/csv.ts';
import { wrapped } from '../../src/cli/format/text-layout.ts';
import { visible, visibleLine, visibleWithStyle } from '../../src/cli/format/visible.ts';
import { styleFor } from '../../src/cli/terminal.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

/** A colour, a link that lies (OSC 8), the clipboard (OSC 52), the same in C1, a bell, reversed text, a false line. */
const attacks = [
  '\u001b[31mred',
  '\u001b]8;;https://evil.example.org\u0007click\u001b]8;;\u0007',
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u009b2J',
  '\u009d52;c;ZXZpbA==\u009c',
  'a\u0000b\u0007c',
  'invoice\u202egpj.exe',
  'a\u2066b\u2069c\u200fd\u061ce',
  'a\u2028b\u2029c',
  'first\nok  second',
];
const acting = /[^\P{Cc}\n]|[\u2028\u2029]|\p{Bidi_Control}/u;

test.each(attacks)('%j is shown and not acted upon, and JSON stays the same', (text) => {
  expect(visibleLine(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  expect(visible(text)).not.toMatch(acting);
  const json = JSON.stringify({ text });
  expect(JSON.parse(visible(json))).toEqual({ text });
  expect(visible(json)).not.toMatch(acting);
});

test('a word of a hundred thousand wide letters is broken into lines, each letter measured once', () => {
  expect(wrapped('漢'.repeat(100_000), 40)).toHaveLength(5_000);
});

test('what people write is shown as it is, and our own style stays', () => {
  const plain = 'Zoë 👩‍👩‍👧 한국어 שלום عربى — “x” 1 000';
  expect(visibleLine(plain)).toBe(plain);
  const styled = styleFor(true).bold('title');
  expect(visibleWithStyle(`${styled}\u001b[2J\u001b[8m`)).toBe(`${styled}\\u001b[2J\\u001b[8m`);
});

test('keys, names and values from outside make no terminal act, whichever command shows them', async () => {
  const source = 'source:\n  connector: json\n  path: people.json\n  key: id\n  account: acme\n';
  const more = 'mapping: { name: name, email: email, notes: notes, details: details, tags: [acme] }\n';
  const it = await startTestEnvironment({ source, more });
  const people = attacks.map((text, index) => ({
    id: `k${index}${text}`,
    name: `Name ${text}`,
    email: index === 0 ? `broken ${text}@` : `p${index}@example.com`,
    notes: `Notes ${text}`,
    details: text,
  }));
  writeFileSync(join(it.folder, 'people.json'), JSON.stringify(people));
  const say = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await rolodesk(args, { cwd: it.folder });
    return stdout + stderr;
  };
  const said: Record<string, string> = {};
  const commands = [
    'preview --limit 20',
    'plan',
    'sync -v',
    'sync -v --json',
    'rejects',
    'audit',
    'check --emails',
    'show --customer',
  ];
  for (const command of ['check', ...commands])
    said[command] = await say(...command.split(' '), ...(command === 'show --customer' ? [people[3]?.id ?? ''] : []));
  const listed = await say('runs', '--json');
  const [run] = JSON.parse(listed);
  said.show = await say('show', run.id);
  said['show --json'] = await say('show', run.id, '--json');
  said.undo = await say('undo', run.id, '--dry-run');
  said.forget = await say('forget', people[4]?.id ?? '', '--yes');
  said.unknown = await say('show', '--customer', `nobody ${people[2]?.id ?? ''}`);
  said.link = await say('link', people[1]?.id ?? '', '1');
  for (const [command, text] of Object.entries(said)) expect(acting.exec(text), `${command}: ${text}`).toBeNull();
  expect(said['preview --limit 20']).toContain('k0\\u001b[31mred');
  expect(said['preview --limit 20']).toContain('k9first\\u000aok  second');
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@x',
  '\t=1',
  '\r=1',
  ' =1',
  '\u0000=1',
  '\u200e=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  ' ＝1',
])('no spreadsheet takes %j for a formula', (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});

test.each(['a=1', 'Doe, Jane', '１', '–'])('%j stays as it is in a CSV file', (text) => {
  expect(csvLine([text])).toBe(`"${text}"\r\n`);
});
