import { registerHooks } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What modules of others import → our own module of that name, without its ending. */
const ownModules: ReadonlyMap<string, string> = new Map([
  ['rolodesk', '../../index'],
  ['rolodesk/connector', '../../connector'],
  ['rolodesk/testing', '../../testing/index'],
  ['rolodesk/sandbox', '../../sandbox/index'],
]);

let isDone = false;

/**
 * From now on `rolodesk/…` is the Rolodesk that runs, no matter who imports it and whether it is installed there: a
 * connector and the command that loads it have the same errors and the same schemas. Of the process, so it is done once.
 */
export function resolveOwnModules(): void {
  if (isDone) return;
  isDone = true;
  // `.ts` from source, `.js` in what was built of it.
  const ending = extname(fileURLToPath(import.meta.url));
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const path = ownModules.get(specifier);
      if (path === undefined) return nextResolve(specifier, context);
      return { url: new URL(`${path}${ending}`, import.meta.url).href, shortCircuit: true };
    },
  });
}

/** For `node --import`: a process in which that holds from the beginning. */
export const importOwnModules = `data:text/javascript,import { resolveOwnModules } from '${import.meta.url}'; resolveOwnModules();`;
