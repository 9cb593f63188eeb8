import { dirname, join, resolve, sep } from 'node:path';
import { build } from 'vite';

/**
 * Puts what every start of the command line reads (parser, definitions of the commands, terminal) into two files, one before
 * the compile cache is there and one after: to find and read seventy small ones takes half of the time of `rolodesk --help`.
 * The small ones stay for the commands, which are loaded when they are called: what both use are functions without memory.
 * Packages and errors stay out, because errors are told apart by their classes, and there must be one of each.
 */
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist/cli');
const own = join(root, 'dist') + sep;
const shared = join(root, 'dist/core/domain/errors.js');
/** Loaded when they are needed, and so not a part of a start. */
const isLoadedLater = (kind: string | undefined): boolean => kind === 'dynamic-import';

for (const file of ['main.js', 'start.js'])
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [
      {
        name: 'leave-out',
        enforce: 'pre',
        resolveId(id, importer, { kind }) {
          if (importer === undefined) return null;
          const path = id.startsWith('.') ? resolve(dirname(importer), id) : id;
          const isOut = !path.startsWith(own) || path === shared || isLoadedLater(kind);
          return isOut
            ? { id: id.startsWith('.') ? path : id, external: id.startsWith('.') ? 'relative' : true }
            : null;
        },
      },
    ],
    build: {
      ssr: join(folder, file),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: { output: { entryFileNames: file } },
    },
  });
