import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What one process has compiled, the next need not. */
const compiled = join(tmpdir(), 'rolodesk-test-compiled');

export const main = resolve(import.meta.dirname, '../../src/cli/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a process of its own, in `cwd`, with nothing of the environment but what is given. */
export function start(
  args: readonly string[],
  {
    cwd,
    env = {},
    stdout: out = 'pipe',
  }: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    /** An open file in the place of the pipe that is read here. */
    readonly stdout?: number | 'pipe';
  },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ROLODESK_KEY: 'a test key', NODE_COMPILE_CACHE: compiled, ...env },
    stdio: ['pipe', out, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => {
    stdout += String(part);
  });
  child.stderr?.on('data', (part) => {
    stderr += String(part);
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

export async function rolodesk(
  args: readonly string[],
  where: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return await start(args, where).ended;
}
