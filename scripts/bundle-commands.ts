import { dirname, join, resolve, sep } from 'node:path';
import { build } from 'vite';

/**
 * Puts the definitions of all commands, which every start reads, into one file: to find and read forty small ones takes half
 * of the time of `rolodesk --help`. Only they go in. Whatever else a definition imports stays the module that it is, so that
 * there is one of each.
 */
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist/cli/program');
const commands = join(root, 'dist/cli/commands') + sep;

await build({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  build: {
    ssr: join(folder, 'all-commands.js'),
    outDir: folder,
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      external: (id, importer) =>
        importer !== undefined && !(id.startsWith('.') ? resolve(dirname(importer), id) : id).startsWith(commands),
      output: { entryFileNames: 'all-commands.js' },
    },
  },
});
