import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** Another process that runs this module text, with Rolodesk's sources to import. It is gone when the test is. */
export function startChild(source: string, args: readonly string[] = []): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', source, '--'];
  const child = spawn(process.execPath, [...flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** The next thing that it prints. */
export async function nextLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The child has no output.');
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk).trim();
}

/** All that it prints, when it has ended well. */
export async function captureOutput(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The child ended with ${code}.`);
  return text.trim();
}
