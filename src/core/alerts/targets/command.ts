import { spawn } from 'node:child_process';
import { childEnvironment } from '../../child-environment.ts';
import type { AlertTarget } from '../config.ts';
import type { Target } from './alert-target.ts';
import { answerMs, deliveryFailed } from './not-delivered.ts';

/** A program, run without a shell: the alert is JSON on its standard input, and exit 0 means that it was taken. */
export function commandTarget(
  { command }: Extract<AlertTarget, { type: 'command' }>,
  env: Readonly<Record<string, string | undefined>>,
): Target['send'] {
  const [program = '', ...args] = command;
  return async (message) => {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, args, {
        env: childEnvironment(env),
        stdio: ['pipe', 'ignore', 'ignore'],
        signal: AbortSignal.timeout(answerMs),
        killSignal: 'SIGKILL',
      });
      child.on('error', (error) => {
        const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
        reject(deliveryFailed(`the command could not be run to its end (${code})`));
      });
      child.on('close', (exit, signal) => {
        if (exit === 0) resolve();
        else reject(deliveryFailed(`the command ended with ${exit ?? signal}`));
      });
      // A program that does not read its input counts by how it ends.
      child.stdin.on('error', () => undefined);
      child.stdin.end(JSON.stringify(message));
    });
  };
}
