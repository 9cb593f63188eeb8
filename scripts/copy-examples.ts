import { copyFileSync, globSync } from 'node:fs';

/** `rolodesk init` begins with a connector's example: it goes into the package, next to the connector. */
const root = new URL('../', import.meta.url);
for (const file of globSync('connectors/*/example.yaml', { cwd: new URL('src', root) }))
  copyFileSync(new URL(`src/${file}`, root), new URL(`dist/${file}`, root));
