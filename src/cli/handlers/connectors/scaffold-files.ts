import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A file of a new connector. `own` ones are never written over; the others are written only where there is none. */
export interface ScaffoldFile {
  readonly path: string;
  readonly isOwn: boolean;
  readonly meaning: string;
  text(): Promise<string>;
}

/** The connector that new ones are made of: it is tested as it stands. */
const templates = new URL('../../../../templates/connector/', import.meta.url);

export function scaffoldFiles(name: string): readonly ScaffoldFile[] {
  const copied = (template: string, meaning: string, isOwn: boolean): ScaffoldFile => ({
    path: renamed(template, name),
    isOwn,
    meaning,
    text: async () => renamed(await readFile(new URL(template, templates), 'utf8'), name),
  });
  const made = (path: string, meaning: string, value: object): ScaffoldFile => ({
    path,
    isOwn: false,
    meaning,
    text: async () => `${JSON.stringify(value, null, 2)}\n`,
  });
  return [
    copied('acme.ts', 'the connector, with its mapping', true),
    copied('acme.twin.ts', 'its API on this machine, for tests and for trying things out', true),
    copied('acme.test.ts', 'its test', true),
    copied('rolodesk.yaml', 'reads the twin, writes to the sandbox', false),
    copied('README.md', 'how to go on', false),
    made('package.json', 'so that Node takes the files for modules', packageFile(name)),
    made('tsconfig.json', 'for editors', { compilerOptions }),
  ];
}

function packageFile(name: string): object {
  // Its name is not registered anywhere, so it is named by its folder. The source of a clone has no build to install.
  const packageFolder = fileURLToPath(new URL('../../../../', import.meta.url));
  const isInstalled = import.meta.url.includes('/dist/');
  return {
    name: `rolodesk-connector-${name}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: { test: 'rolodesk connectors test' },
    ...(isInstalled && { devDependencies: { rolodesk: `file:${packageFolder}` } }),
  };
}

/** What Node does with TypeScript: it takes the types out, and nothing else. */
const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
};

/** `acme` in its shapes: as a name, as the title Acme, in capitals, and as a variable where TypeScript has one. */
function renamed(text: string, name: string): string {
  const words = name.split('-');
  const variable = words.map((word, index) => (index === 0 ? word : capital(word))).join('');
  return text
    .replaceAll('ACME', name.toUpperCase().replaceAll('-', '_'))
    .replaceAll('Acme', words.map(capital).join(' '))
    .replaceAll(/(?<![./'"`])\bacme\b(?!\.(?:twin\.|test\.)?ts)/g, variable)
    .replaceAll(/\bacme\b/g, name);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
