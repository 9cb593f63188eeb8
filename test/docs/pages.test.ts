import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { flagsByCommand } from '../../scripts/reference/commands.ts';
import { pages, root, textOfPage } from './pages.ts';

/** What documents may be long. */
const longest: readonly { readonly of: RegExp; readonly lines: number }[] = [
  { of: /^ARCHITECTURE\.md$/, lines: 150 },
  { of: /^AGENTS\.md$/, lines: 65 },
  { of: /^docs\/adr\//, lines: 40 },
];

test.each(pages)('%s: every link leads somewhere', (page) => {
  const broken = linksIn(page).filter((link) => {
    const [path = '', anchor] = link.split('#', 2);
    const target = path === '' ? resolve(root, page) : resolve(root, dirname(page), path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
  expect(broken).toEqual([]);
});

test('pages of the package lead only to files of the package, which are there once it is installed', () => {
  const { files } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  const isPacked = (path: string): boolean =>
    files.some((file: string) => path === file || path.startsWith(`${file}/`));
  const outside = pages.filter(isPacked).flatMap((page) =>
    linksIn(page)
      .map((link) => relative(root, resolve(root, dirname(page), link.replace(/#.*$/, ''))))
      .filter((path) => path !== '' && !isPacked(path))
      .map((path) => `${page} → ${path}`),
  );
  expect(outside).toEqual([]);
});

test.each(pages)('%s: every command that it names exists, with its options', (page) => {
  expect(commandsIn(textOfPage(page)).flatMap(unknownIn)).toEqual([]);
});

test.each(pages)('%s: every script that it names exists', (page) => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  const named = [...textOfPage(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, script = '']) => script);
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

test.each(pages)('%s: every file of the source that it names exists', (page) => {
  const named = [...textOfPage(page).matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  // `acme` is the connector that a reader is about to write.
  expect(named.filter((path) => !path.includes('/acme/') && !existsSync(resolve(root, path)))).toEqual([]);
});

test('the README names the command of the first minute and the one that tests, word for word', () => {
  const text = textOfPage('README.md');
  expect(text).toContain('npm ci && npm run demo');
  expect(text).toContain('`npm cit`');
});

test('the index of the documentation leads to every page of it', () => {
  const index = textOfPage('docs/README.md');
  const missing = pages.filter((page) => {
    const path = /^docs\/((?!README\.md).+)$/.exec(page)?.[1];
    return path !== undefined && !index.includes(`](${path})`);
  });
  expect(missing).toEqual([]);
});

test('ADRs are numbered, each once', () => {
  const numbers = pages.flatMap((page) => /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1] ?? []);
  expect(numbers).toHaveLength(pages.filter((page) => page.startsWith('docs/adr/')).length);
  expect(numbers).toEqual([...new Set(numbers)]);
});

test('what is to be read in one go is short', () => {
  const long = pages.filter((page) => {
    const limit = longest.find(({ of }) => of.test(page))?.lines ?? Number.POSITIVE_INFINITY;
    return textOfPage(page).trimEnd().split('\n').length > limit;
  });
  expect(long).toEqual([]);
});

test('no line of prose has more than 400 characters', () => {
  const tooLong = pages.flatMap((page) => proseOf(textOfPage(page)).filter((line) => line.length > 400));
  expect(tooLong).toEqual([]);
});

/** Without code blocks and tables. */
function proseOf(text: string): readonly string[] {
  return text
    .replaceAll(/^```.*?^```/gms, '')
    .split('\n')
    .filter((line) => !line.startsWith('|'));
}

function linksIn(page: string): readonly string[] {
  return [...textOfPage(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link);
}

/** GitHub's anchors of a page's headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** `rolodesk …` in code, inline or in a block that is no configuration. */
function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh|console)\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap(
    (code) => /^(?:\$ |npx )?(?:npm run -s rolodesk -- |rolodesk )([a-z].*)$/.exec(code)?.[1] ?? [],
  );
}

function unknownIn(command: string): readonly string[] {
  const [name = '', ...words] = command.replace(/ #.*$/, '').split(/\s+/);
  const known = flagsByCommand().get(name);
  if (!known) return [command];
  const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*$/, ''));
  return flags.filter((flag) => !known.includes(flag)).map((flag) => `${name} ${flag}`);
}
