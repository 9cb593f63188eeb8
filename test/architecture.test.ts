import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const files = globSync('src/**/*.{ts,tsx}', { cwd: root });
const longest = 300;
const longestFunction = 80;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(resolve(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+'(\.[^']+)'/gms)].map(
    ([, type, path = '']) => ({
      from: file,
      to: relative(root, resolve(root, dirname(file), path)),
      isType: type !== undefined,
    }),
  );
});

/** Schemas describe configuration keys, for people who run commands; texts of rejects name the command that settles them. */
const descriptions = new Set([
  'src/app/config-schema.ts',
  'src/app/support-bundle/anonymize.ts',
  'src/connectors/quickbooks/config.ts',
]);
const roomOf = (file: string): string => file.split('/')[1] ?? '';

/** Who may import from whom. `types` allows `import type` only. */
const allowed: Readonly<Record<string, Readonly<Record<string, 'all' | 'types'>>>> = {
  core: { core: 'all' },
  connectors: { connectors: 'all', core: 'all' },
  mappers: { mappers: 'all', core: 'all', connectors: 'types' },
  sandbox: { sandbox: 'all' },
  // What a program needs. It knows no terminal: the command line is one reader of it, the library another.
  app: { app: 'all', core: 'all', connectors: 'all', mappers: 'all' },
  cli: {
    cli: 'all',
    app: 'all',
    core: 'all',
    connectors: 'all',
    mappers: 'all',
    sandbox: 'all',
    testing: 'types',
    'console-build': 'all',
  },
  // The pages run in a browser: of the rest they take types, and the words of plans and values.
  console: { console: 'all', app: 'types', core: 'types', cli: 'all' },
  'console-build': { 'console-build': 'all' },
  // What connectors are tested with. It knows no connector: it is handed the one to be tested.
  testing: { testing: 'all', core: 'all', connectors: 'types', mappers: 'all', sandbox: 'all' },
  'connector.ts': { core: 'all' },
  'index.ts': { app: 'all', core: 'all', connectors: 'all', mappers: 'all' },
};

test('imports run one way', () => {
  const wrong = imports.filter(({ from, to, isType }) => {
    const rule = allowed[roomOf(from)]?.[roomOf(to)];
    return rule === undefined || (rule === 'types' && !isType);
  });
  expect(wrong).toEqual([]);
});

test('the pages of the console take nothing of the command line but its words', () => {
  const words = ['src/cli/explanations.ts', 'src/cli/format/format-plan.ts', 'src/cli/format/format-value.ts'];
  const taken = imports.filter(({ from, to }) => roomOf(from) === 'console' && roomOf(to) === 'cli');
  expect(taken.filter(({ to }) => !words.includes(to))).toEqual([]);
});

/** Core from the inside out: a room imports from those above it. `.` is what lies next to the rooms. */
const layers: readonly (readonly string[])[] = [
  ['domain'],
  ['child-environment', 'clock', 'defined', 'failpoints', 'stable-json'],
  ['records', 'redaction', 'files', 'config'],
  ['http'],
  ['connector-options'],
  ['auth'],
  ['connector', 'destination', 'complete-sink'],
  ['state'],
  ['report'],
  ['pipeline'],
  ['plan', 'undo', 'audit', 'duplicates'],
  ['service'],
  ['alerts'],
];
const layerOf = (file: string): number => {
  const [, , room = ''] = file.split('/');
  return layers.findIndex((names) => names.includes(room.replace(/\.ts$/, '')));
};

test('rooms of core import inwards only, types too', () => {
  const inCore = imports.filter(({ from, to }) => roomOf(from) === 'core' && roomOf(to) === 'core');
  const room = (file: string): string => file.split('/').slice(0, 3).join('/');
  const wrong = inCore.filter(
    ({ from, to }) => layerOf(from) < 0 || layerOf(to) < 0 || (room(from) !== room(to) && layerOf(from) < layerOf(to)),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself through others, types included', () => {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const reaches = (from: string, seen = new Set<string>()): Set<string> => {
    for (const { to } of targets.get(from) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      reaches(to, seen);
    }
    return seen;
  };
  expect(files.filter((file) => reaches(file).has(file))).toEqual([]);
});

test('core names no vendor', () => {
  const vendors = /zendesk|quickbooks|intuit|hubspot/i;
  const comment = /^\s*(\*|\/\*|\/\/)/;
  const named = files
    .filter((file) => roomOf(file) === 'core' && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(resolve(root, file), 'utf8')
        .split('\n')
        .filter((line) => vendors.test(line) && !comment.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(named).toEqual([]);
});

test('what is named in the build has a source file that makes it', () => {
  const named = [
    ...globSync('{bench,scripts}/**/*.{js,ts}', { cwd: root }),
    'package.json',
    'docs/deploy/Containerfile',
  ];
  const missing = named.flatMap((file) =>
    [...readFileSync(resolve(root, file), 'utf8').matchAll(/\bdist\/([a-z/-]+)\.(?:js|d\.ts)/g)]
      .map(([, path]) => `src/${path}.ts`)
      .filter((source) => !files.includes(source))
      .map((source) => `${file}: ${source}`),
  );
  expect(missing).toEqual([]);
});

test('testing takes nothing of the sandbox but what serves twins', () => {
  const taken = imports.filter(({ from, to }) => roomOf(from) === 'testing' && roomOf(to) === 'sandbox');
  expect(taken.filter(({ to }) => !to.startsWith('src/sandbox/server/'))).toEqual([]);
});

test('a connector knows no other connector', () => {
  const folder = (file: string): string | undefined => /^src\/connectors\/([^/]+)\//.exec(file)?.[1];
  expect(
    imports.filter(
      ({ from, to }) => folder(from) !== undefined && folder(to) !== undefined && folder(from) !== folder(to),
    ),
  ).toEqual([]);
});

test(`no source file is longer than ${longest} lines`, () => {
  const long = files.filter((file) => readFileSync(resolve(root, file), 'utf8').split('\n').length > longest);
  expect(long).toEqual([]);
});

test(`no function is longer than ${longestFunction} lines`, () => {
  const long = files.filter((file) => longFunctions(readFileSync(resolve(root, file), 'utf8'), file).length > 0);
  expect(long).toEqual([]);
});

test('a function that is too long is found, whatever kind it is and wherever it stands', () => {
  const body = (lines: number): string => '\n'.repeat(lines - 1);
  const source = (lines: number): string => `
    export function declared(): void {${body(lines)}}
    export const arrow = <T,>(given: T): T => {${body(lines)} return given; };
    export const held = { method(): void {${body(lines)}} };
    export class Kind { #private(): void {${body(lines)}} }
  `;
  expect(longFunctions(source(longestFunction), 'short.ts')).toEqual([]);
  expect(longFunctions(source(longestFunction + 1), 'long.ts').length).toBe(4);
});

const maxEntries = 25;

test(`no folder of the source or the tests holds more than ${maxEntries} files and folders`, () => {
  const folders = Map.groupBy(globSync('{src,test}/**/*', { cwd: root }), (path) => dirname(path));
  expect([...folders].filter(([, entries]) => entries.length > maxEntries).map(([folder]) => folder)).toEqual([]);
});

test('only the composition root reads the environment and the arguments', () => {
  const readers = files.filter((file) => /process\.(env|argv)\b/.test(readFileSync(resolve(root, file), 'utf8')));
  expect(readers).toEqual(['src/cli/main.ts']);
});

test('nothing is cast to any, and no error is ignored', () => {
  const marks = /: any\b|as any\b|@ts-ignore|@ts-expect-error|biome-ignore/;
  expect(files.filter((file) => marks.test(readFileSync(resolve(root, file), 'utf8')))).toEqual([]);
});

test('command lines are named by the command line alone: others say what helps as data', () => {
  const command =
    /\brolodesk (?:check|connect|plan|sync|undo|runs|show|rejects|retry|fields|forget|serve|init|demo|disconnect)\b/;
  const named = files
    .filter((file) => roomOf(file) !== 'cli' && !descriptions.has(file))
    .flatMap((file) => {
      const lines = readFileSync(resolve(root, file), 'utf8').split('\n');
      return lines.flatMap((line) =>
        command.test(line.replace(/^\s*(?:\*|\/\/|\/\*\*).*/, '')) ? [`${file}: ${line.trim()}`] : [],
      );
    });
  expect(named).toEqual([]);
});

/** The lengths in lines of functions that are too long, with what is within them. */
function longFunctions(source: string, file: string): readonly number[] {
  const found: number[] = [];
  const look = ({ start, end }: { readonly start: number; readonly end: number }): void => {
    const lines = source.slice(start, end).split('\n').length;
    if (lines > longestFunction) found.push(lines);
  };
  const { program, errors } = parseSync(file, source);
  expect(errors).toEqual([]);
  // A method is a function expression within its property.
  new Visitor({ FunctionDeclaration: look, FunctionExpression: look, ArrowFunctionExpression: look }).visit(program);
  return found;
}
