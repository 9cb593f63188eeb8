import { spawn } from 'node:child_process';

/**
 * Runs the checks that need no test, side by side: each is busy on one core. What one prints is shown when it ends; a failure
 * of any fails all. Each is a script of its own as well.
 */
const gates = ['lint', 'types', 'unused', 'schema:check'];
const codes = await Promise.all(gates.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function run(gate: string): Promise<number> {
  return new Promise((done, fail) => {
    // npm is a script on some systems, which only a shell starts.
    const child = spawn(`npm run -s ${gate}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
    child.on('error', fail);
    child.on('close', (code) => {
      process.stdout.write(code === 0 ? `✔ ${gate}\n` : `✖ ${gate}\n${text}`);
      done(code ?? 1);
    });
  });
}
