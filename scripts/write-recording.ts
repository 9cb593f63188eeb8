import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { recordingOf } from './recording/recording.ts';

/** Draws docs/demo.svg, the picture of the README, from what `rolodesk demo` prints on a terminal of 100 columns. */
const main = new URL('../src/cli/main.ts', import.meta.url).pathname;
const command = `stty cols 100; exec '${process.execPath}' --disable-warning=ExperimentalWarning '${main}' demo`;
const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
  encoding: 'utf8',
  env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm' },
});
if (status !== 0) throw new Error(`rolodesk demo ended with ${status}:\n${stdout}`);
writeFileSync(new URL('../docs/demo.svg', import.meta.url), recordingOf({ command: 'rolodesk demo', output: stdout }));
