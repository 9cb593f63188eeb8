import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { closestMatch } from '../../../src/core/config/closest-match.ts';
import { findConfigFile, loadConfig } from '../../../src/core/config/load.ts';
import { collectSecrets } from '../../../src/core/config/schema-tools.ts';
import { originSchema, urlSchema } from '../../../src/core/config/urls.ts';
import { ConfigError } from '../../../src/core/domain/errors.ts';
import { ownFolder } from '../../kit/folder.ts';

const secret = z.string().min(5).meta({ secret: true });
const schema = z.strictObject({
  name: z.string().optional(),
  count: z.int().optional(),
  mode: z.enum(['fast', 'slow']).optional(),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('token'), token: secret }),
      z.strictObject({ type: z.literal('oauth'), clientId: z.string(), clientSecret: secret }),
    ])
    .optional(),
  fields: z.record(z.string(), z.string()).optional(),
});

async function load(text: string, env: Record<string, string> = {}) {
  const path = join(ownFolder(), 'rolodesk.yaml');
  writeFileSync(path, text);
  return loadConfig({ path, schemaFor: async () => schema, env });
}

/** The lines of the refusal, each without the path of the file. */
async function problems(text: string, env: Record<string, string> = {}): Promise<string[]> {
  try {
    await load(text, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ +\S*rolodesk\.yaml:/, ''));
  }
  throw new Error('It was not refused.');
}

test('a file that is as it should be is read', async () => {
  expect((await load('name: acme\ncount: 3\nauth: { type: token, token: abcde }\n')).value).toEqual({
    name: 'acme',
    count: 3,
    auth: { type: 'token', token: 'abcde' },
  });
  expect((await load('')).value).toEqual({});
  expect((await load('# nothing but a comment\n')).value).toEqual({});
});

test('every problem at once, in the order of the file, with line, column and path', async () => {
  const text = `name: [1]
count: three
mode: quick
auth:
  type: oauth
  clientId: 7
  clientSercet: abcde
fields:
  a: {}
`;
  expect(await problems(text)).toEqual([
    '1:7 name: expected string',
    '2:8 count: expected number',
    '3:7 mode: expected one of "fast"|"slow"',
    '5:3 auth.clientSecret: missing: expected string',
    '6:13 auth.clientId: expected string',
    '7:17 auth.clientSercet: unknown key, did you mean "clientSecret"?',
    '9:6 fields.a: expected string',
  ]);
});

test('an unknown key that is like none gets the known ones named', async () => {
  expect(await problems('zzzzzzzz: 1\n')).toEqual([
    '1:11 zzzzzzzz: unknown key; known here: name, count, mode, auth, fields',
  ]);
});

test('what is expected is said when the whole file is something else', async () => {
  expect(await problems('- a\n- b\n')).toEqual(['1:1 (file): expected object']);
});

test('${NAME} is replaced inside values, as often as it is there', async () => {
  expect((await load('name: ${A}-${B}-${A}\n', { A: 'x', B: 'y' })).value).toEqual({ name: 'x-y-x' });
  expect((await load('fields: { key: "${A}" }\n', { A: 'x: {y}\n# z' })).value).toEqual({
    fields: { key: 'x: {y}\n# z' },
  });
});

test('a value with a variable in it is always text', async () => {
  expect((await load('name: ${A}\n', { A: '007' })).value).toEqual({ name: '007' });
  expect(await problems('count: ${A}\n', { A: '7' })).toEqual(['1:8 count: expected number']);
});

test('${NAME} is not replaced in keys, in comments, or in what a variable holds', async () => {
  expect((await load('fields: { "${A}": b } # ${NOT_SET}\nname: ${B}\n', { A: 'x', B: '${A}' })).value).toEqual({
    fields: { '${A}': 'b' },
    name: '${A}',
  });
});

test('what is no name is left alone', async () => {
  expect((await load('name: "$A ${} ${1A} $${A}"\n', { A: 'x' })).value).toEqual({ name: '$A ${} ${1A} $x' });
});

test('variables that are missing or empty are named with the key, once, next to all other problems', async () => {
  const text = 'name: ${NOT_SET}\nauth:\n  type: token\n  token: ${EMPTY}\ncount: x\n';
  expect(await problems(text, { EMPTY: '' })).toEqual([
    '1:7 name: the environment variable NOT_SET is not set',
    '4:10 auth.token: the environment variable EMPTY is not set',
    '5:8 count: expected number',
  ]);
});

test('an unquoted ${…} inside braces, which YAML refuses, gets the way to write it named', async () => {
  expect(await problems('auth: { type: token, token: ${TOKEN} }\n')).toEqual([
    expect.stringMatching(/^1:\d+ YAML reads the braces of a \$\{…\} inside \{ \}: put the value in quotes/),
  ]);
});

test('an alias that is there stands for its value, one that is not is reported with its place', async () => {
  expect((await load('fields:\n  a: &one text\n  b: *one\n')).value).toEqual({ fields: { a: 'text', b: 'text' } });
  expect(await problems('fields:\n  a: fine\n  b: *none\n')).toEqual([
    '3:6 fields.b: YAML reads a value that begins with * as an alias, and there is none: put the value in quotes',
  ]);
});

test.each([
  [
    'unfold to billions',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]\n`;
    })}`,
  ],
  ['hold themselves', 'fields:\n  a: &a [*a]\n'],
])('aliases that %s are a wrong configuration, and no bug', async (_, text) => {
  await expect(load(text)).rejects.toMatchObject({ code: 'config-yaml', exitCode: 2 });
});

test('what is no YAML is reported with its place', async () => {
  expect((await problems('name: "unclosed\n'))[0]).toMatch(/^\d+:\d+ Missing closing "quote/);
  expect((await problems('name: a\nname: b\n'))[0]).toMatch(/^2:1 Map keys must be unique/);
});

test.each([
  ['a secret that is too short', 'auth: { type: token, token: s3kr }'],
  ['a secret under a misspelt key', 'auth: { type: token, tokn: s3krit-value }'],
  ['a secret where a list is expected', 'auth: { type: oauth, clientId: [], clientSecret: s3krit-value }'],
  ['a secret in a union that fits nowhere', 'auth: { type: s3krit-value }'],
  ['a secret as the whole', 'auth: s3krit-value'],
  ['a secret that begins like an alias', 'auth:\n  type: token\n  token: *s3krit-value'],
  ['a secret that begins with a sign YAML keeps', 'auth:\n  type: token\n  token: @s3krit-value'],
  ['a secret that begins like a tag', 'auth:\n  type: token\n  token: !s3krit-value'],
  ['a secret with a colon', 'auth:\n  type: token\n  token: s3krit: value'],
  ['a secret with an open quote', 'auth:\n  type: token\n  token: "s3krit-value'],
  ['a secret behind a quote that is closed', 'auth:\n  type: token\n  token: "a"s3krit-value'],
  ['a secret in the environment', 'count: ${SECRET}'],
])('no message shows a value: %s', async (_, text) => {
  expect((await problems(`${text}\n`, { SECRET: 's3krit-value' })).join('\n')).not.toContain('s3kr');
});

test('a file that cannot be read says so', async () => {
  const path = join(ownFolder(), 'rolodesk.yaml');
  mkdirSync(path);
  await expect(loadConfig({ path, schemaFor: async () => schema, env: {} })).rejects.toThrow(/can't be read/);
});

test('problems that are found later are reported in the same words', async () => {
  const loaded = await load('fields:\n  a: b\n');
  expect(() => loaded.refuse([])).not.toThrow();
  expect(() => loaded.refuse([{ path: ['fields', 'a'], message: 'not a path' }])).toThrow(
    /has one problem:\n.*:2:6 fields\.a: not a path$/,
  );
});

test('the file is the one asked for, else the first found in the folders', () => {
  const [first, second] = [ownFolder(), ownFolder()];
  writeFileSync(join(second, 'rolodesk.yml'), '');
  expect(findConfigFile({ asked: undefined, folders: [first, second] })).toBe(join(second, 'rolodesk.yml'));
  writeFileSync(join(first, 'other.yaml'), '');
  expect(findConfigFile({ asked: 'other.yaml', folders: [first, second] })).toBe(join(first, 'other.yaml'));
  expect(() => findConfigFile({ asked: 'none.yaml', folders: [first] })).toThrow(/There is no file .*none\.yaml/);
  expect(() => findConfigFile({ asked: undefined, folders: [first, first] })).toThrow(`No rolodesk.yaml in ${first}.`);
});

test.each([
  ['https://proxy.example.com', 'https://proxy.example.com'],
  ['https://proxy.example.com:8443/', 'https://proxy.example.com:8443'],
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ['http://localhost:4010', 'http://localhost:4010'],
  ['http://[::1]:4010', 'http://[::1]:4010'],
])('%s is an origin', (text, origin) => {
  expect(originSchema.parse(text)).toBe(origin);
});

test.each([
  'http://proxy.example.com',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://10.0.0.1',
  'https://user:password@proxy.example.com',
  'http://user@127.0.0.1',
  'ftp://127.0.0.1',
  'proxy.example.com',
  'file:///etc/passwd',
  '',
])('%s is refused as an origin and as an address', (text) => {
  expect(originSchema.safeParse(text).success).toBe(false);
  expect(urlSchema.safeParse(text).success).toBe(false);
});

test('an origin has no path; a whole address may have one', () => {
  for (const more of ['/api', '?a=b', '#c']) {
    expect(originSchema.safeParse(`https://proxy.example.com${more}`).success).toBe(false);
    expect(urlSchema.safeParse(`https://proxy.example.com${more}`).success).toBe(true);
  }
});

test.each([
  ['clientSercet', 'clientSecret'],
  ['CLIENTSECRET', 'clientSecret'],
  ['nam', 'name'],
  ['mode ', 'mode'],
])('%s was meant to be %s', (name, expected) => {
  expect(closestMatch(name, ['name', 'mode', 'clientSecret'])).toBe(expected);
});

test('what is like nothing known was meant to be nothing', () => {
  expect(closestMatch('zzzzzzzz', ['name', 'mode'])).toBeUndefined();
  expect(closestMatch('name', [])).toBeUndefined();
});

test('secrets are found wherever the schema marks them', () => {
  const nested = z.object({
    list: z.array(z.object({ key: secret })),
    table: z.record(z.string(), secret),
    either: z.union([z.object({ a: secret }), z.object({ b: z.string() })]),
    wrapped: secret.optional().default('fallback'),
    plain: z.string(),
  });
  const value = {
    list: [{ key: 'one' }, { key: 'two' }],
    table: { x: 'three' },
    either: { a: 'four' },
    wrapped: 'five',
    plain: 'open',
  };
  expect(collectSecrets(nested, value).sort()).toEqual(['five', 'four', 'one', 'three', 'two']);
});
