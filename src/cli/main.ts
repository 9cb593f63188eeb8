#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// What one start has compiled, the next need not: it halves the time to the first word. In a folder of the user's own, for
// what lies there is run; without one that can be written nothing is kept. Before anything else is loaded.
const env: NodeJS.ProcessEnv = process.env;
module.enableCompileCache?.(join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), '.cache'), 'rolodesk'));

const { start } = await import('./start.ts');
process.exitCode = await start({ env, argv: process.argv });
