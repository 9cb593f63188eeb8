/** A tap that says the lines of a file, and keeps what it was given in files next to it. Its own configuration says how it ends. */

import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values: asked } = parseArgs({ options: { config: text, catalog: text, state: text, lines: text, says: text } });
const config = JSON.parse(readFileSync(asked.config, 'utf8'));
const given = {
  config,
  path: asked.config,
  modes: [asked.config, dirname(asked.config)].map((path) => (statSync(path).mode & 0o777).toString(8)),
  state: asked.state && readFileSync(asked.state, 'utf8'),
  env: process.env,
  pid: process.pid,
  child: config.child ? spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid : 0,
};
if (config.rotates) {
  writeFileSync(asked.config, JSON.stringify({ ...config, refresh_token: `${config.refresh_token}-rotated` }));
  chmodSync(asked.config, 0o644);
}
if (config.deaf) process.on('SIGTERM', () => writeFileSync(`${asked.lines}.term`, 'asked'));
writeFileSync(`${asked.lines}.given`, JSON.stringify(given));
if (asked.says) process.stderr.write(readFileSync(asked.says));
process.stdout.write(readFileSync(asked.lines));
if (config.stays) setInterval(() => {}, 1000);
