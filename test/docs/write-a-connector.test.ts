import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownFolder } from '../kit/folder.ts';
import { type CommandOutput, rolodesk, source, start } from '../kit/processes/process.ts';
import { applyEdits } from './apply-edits.ts';
import { root, textOfPage } from './pages.ts';

/** Follows docs/write-a-connector.md, block by block, as somebody would who knows nothing else. */

const page = textOfPage('docs/write-a-connector.md');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const template = (file: string): string => readFileSync(join(root, 'templates/connector', file), 'utf8');

test('the files that the page shows are those that connectors new writes, and are as long as it says', () => {
  const [connector = '', twin = '', checks = ''] = blocks
    .filter(({ language, text }) => language === 'ts' && !text.startsWith('// '))
    .map(({ text }) => text);
  expect(connector).toBe(template('acme.ts'));
  expect(twin).toBe(template('acme.twin.ts'));
  expect(checks).toBe(template('acme.test.ts'));
  const lines = (text: string): number => text.trimEnd().split('\n').length;
  expect(page).toContain(`**${lines(connector)} lines, and its test ${lines(checks)}**`);
  expect([lines(connector) <= 60, lines(checks) <= 10]).toEqual([true, true]);
});

test('from nothing to a sync, and on to an API of another kind', { timeout: 180_000 }, async () => {
  const cwd = ownFolder();
  const ports = new Map<string, string>();
  for (const port of ['4010', '4020', '4030']) ports.set(port, await freePort());
  const replaced = (text: string): string => text.replaceAll(/\b40[123]0\b/g, (port) => ports.get(port) ?? port);
  const ended = new Map<string, CommandOutput[]>();

  async function run(command: string): Promise<void> {
    const [, words = ''] = /^rolodesk (.*)$/.exec(command) ?? [];
    const args = replaced(words).split(' ');
    if (/^(connectors twin|sandbox)/.test(words)) return await serve(args, cwd);
    // A process of its own only for what starts others.
    const isOwn = words.startsWith('connectors test');
    const end = isOwn ? await start(args, { cwd, script: source }).ended : await rolodesk(args, { cwd });
    expect(`${command}: exit ${end.code} ${end.code === 0 ? '' : end.stdout + end.stderr}`).toBe(`${command}: exit 0 `);
    ended.set(command, [...(ended.get(command) ?? []), end]);
    if (words.startsWith('connectors new')) {
      const config = join(cwd, 'rolodesk.yaml');
      writeFileSync(config, replaced(readFileSync(config, 'utf8')));
    }
  }

  for (const { text } of blocks.filter(({ language }) => language === 'sh'))
    for (const command of text.trim().split('\n')) await run(command);
  const [first, second] = ended.get('rolodesk sync') ?? [];
  expect(first?.stdout).toMatch(/created\s+50/);
  expect(second?.stdout).toMatch(/read\s+0/);
  expect(ended.get('rolodesk check')?.[0]?.stdout).not.toContain('✖');

  const edits = blocks.filter(({ language, text }) => language === 'ts' && text.startsWith('// '));
  for (const { text } of edits) applyEdits(cwd, text);
  const { stdout, code } = await start(['connectors', 'test', '--json'], { cwd, script: source }).ended;
  expect(JSON.parse(stdout)).toMatchObject({ failed: [], skipped: [] });
  expect(code).toBe(0);
  expect(await complaintsOfCompiler(cwd)).toEqual([]);
});

test('every block of the page is one that these tests run', () => {
  expect(blocks.filter(({ language }) => language !== 'ts' && language !== 'sh')).toEqual([]);
});

/** Starts a command that runs until it is stopped, and waits until it serves. */
async function serve(args: readonly string[], cwd: string): Promise<void> {
  const { child, ended } = start(args, { cwd, script: source });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (part) => String(part).includes('http://') && resolve());
    ended.then(({ stderr }) => reject(new Error(`${args.join(' ')} ended: ${stderr}`)), reject);
  });
}

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? String(address.port) : '';
}

/** What the compiler says of the folder's own files, with Rolodesk and Node's types installed. */
async function complaintsOfCompiler(cwd: string): Promise<readonly string[]> {
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(root, join(cwd, 'node_modules/rolodesk'));
  symlinkSync(join(root, 'node_modules/@types'), join(cwd, 'node_modules/@types'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  // Rolodesk by its sources, which are not built here: they are held to their own settings elsewhere.
  const flags = ['-p', cwd, '--types', 'node', '--customConditions', 'rolodesk-source', '--singleThreaded'];
  const child = spawn(process.execPath, [tsc, ...flags], { cwd });
  let said = '';
  child.stdout.on('data', (part) => {
    said += String(part);
  });
  await new Promise((closed) => child.on('close', closed));
  return said.split('\n').filter((line) => line.startsWith('acme'));
}
