#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { compileCacheFolder } from './process/compile-cache-folder.ts';
import { limitMemory } from './process/limit-memory.ts';

// Everybody on the machine sees the arguments of a process: those of one that was given a password are hidden at once.
const argv = [...process.argv];
if (argv.some((argument) => /:\/\/[^/]*:[^/]*@/.test(argument))) process.title = 'rolodesk';

limitMemory();

// What one start has compiled, the next need not: it halves the time to the first word. Before anything else is loaded.
const env: NodeJS.ProcessEnv = process.env;
const cache = compileCacheFolder({ env, home: homedir(), userId: process.geteuid?.() });
if (cache !== undefined) module.enableCompileCache?.(cache);

const { start } = await import('./start.ts');
process.exitCode = await start({ env, argv });
