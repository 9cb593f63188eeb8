import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { testKey } from '../test-key.ts';
import { main } from './process.ts';

/** `script` of util-linux lends us a terminal. Tests that need one are skipped where it is missing. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '');

export interface OnTerminal {
  /** The program that holds the terminal: when it is killed, the terminal is closed. */
  readonly holder: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
  /** Resolves as soon as the terminal shows this. */
  shows(pattern: RegExp): Promise<void>;
  type(keys: string): void;
}

/** The command line on a terminal of its own: stdin, stdout and stderr are that terminal. */
export function startOnTerminal(
  args: readonly string[],
  {
    cwd,
    env = {},
    script = main,
  }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly script?: string },
): OnTerminal {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', script, ...args];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const holder = spawn('script', ['-qec', `exec ${quoted}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ROLODESK_KEY: testKey, SHELL: '/bin/sh', TERM: 'dumb', ...env },
  });
  let text = '';
  let watchers: (() => void)[] = [];
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  for (const stream of [holder.stdout, holder.stderr])
    stream.on('data', (part) => {
      text += String(part);
      look();
    });
  holder.stdin.on('error', () => undefined);
  const ended = new Promise<{ code: number | null; text: string }>((done, fail) => {
    holder.on('error', fail);
    holder.on('close', (code) => done({ code, text }));
  });
  return {
    holder,
    ended,
    async shows(pattern) {
      const shown = new Promise<void>((done) => {
        const watcher = (): void => {
          if (!pattern.test(text)) return;
          watchers = watchers.filter((other) => other !== watcher);
          done();
        };
        watchers.push(watcher);
        watcher();
      });
      const early = ended.then(() => {
        throw new Error(`It ended before it showed ${pattern}: ${text}`);
      });
      await Promise.race([shown, early]);
    },
    type: (keys) => void holder.stdin.write(keys),
  };
}
