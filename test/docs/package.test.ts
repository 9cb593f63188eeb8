import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { usersOf } from '../kit/snapshots.ts';
import { copyForSandbox, sandboxEnv } from './example.ts';

/** The package as somebody installs it: built, in node_modules of a folder of its own, run by a bare node. */

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let home = '';
let installed = '';
let main = '';

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'rolodesk-package-'));
  installed = join(home, 'node_modules/rolodesk');
  main = join(installed, 'dist/cli/main.js');
  mkdirSync(installed, { recursive: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  // Types have been checked by then, and that they can be declared: npm test does so first.
  const target = ['--outDir', join(installed, 'dist'), '--noCheck', '--declaration', 'false', '--singleThreaded'];
  await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), ...target]);
  for (const file of ['package.json', 'rolodesk.schema.json', 'templates'])
    cpSync(join(root, file), join(installed, file), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the command runs, knows its version, and keeps experimental warnings to itself', async () => {
  const { version, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(join(installed, bin.rolodesk)).toBe(main);
  expect(await run(process.execPath, [main, '--version'])).toEqual({ stdout: `${version}\n`, stderr: '' });
  expect(readFileSync(main, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
});

test('what it exports can be imported', async () => {
  const script = `
    import { defineConfig, openPipeline } from 'rolodesk';
    import { defineConnector, z } from 'rolodesk/connector';
    import { startSandbox } from 'rolodesk/sandbox';
    import schema from 'rolodesk/rolodesk.schema.json' with { type: 'json' };
    console.log([openPipeline, defineConfig, defineConnector, z.object, startSandbox].map((one) => typeof one).join(), schema.title);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: home });
  expect(stdout).toBe('function,function,function,function,function rolodesk.yaml\n');
});

test('a connector is scaffolded, and tested by the package’s own modules, in a folder where nothing is installed', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-scaffold-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, HOME: cwd };
  await run(process.execPath, [main, 'connectors', 'new', 'acme'], { cwd, env });
  const { devDependencies } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  expect(devDependencies).toEqual({ rolodesk: `file:${installed}/` });
  // The whole of its test is run from source, by the test of docs/write-a-connector.md.
  const text = `
    import { ok } from 'node:assert';
    import { test } from 'node:test';
    import { mapperOf, sourceChecks } from 'rolodesk/testing';
    import { acme } from './acme.ts';
    import { customer, twin } from './acme.twin.ts';
    const config = ({ url }: { readonly url: string }) => ({ baseUrl: url, token: 'test-token' });
    test('it resumes', () => sourceChecks({ connector: acme, twin, config }).find(({ name }) => name.startsWith('resumes'))?.run());
    test('it maps', () => ok(mapperOf(acme)({ key: 'c1', data: customer(1), state: 'active' }).kind === 'payload'));`;
  writeFileSync(join(cwd, 'some.test.ts'), text);
  const { stdout } = await run(process.execPath, [main, 'connectors', 'test', 'some.test.ts', '--json'], { cwd, env });
  expect(JSON.parse(stdout)).toEqual({ passed: 2, skipped: [], failed: [] });
});

test('a connector of somebody else, by its path: examples/own-connector, first everything, then what has changed', {
  timeout: 120_000,
}, async () => {
  const box = await startSandbox({ customers: 0, jobLatencyMs: 0 });
  const crm = await startCrm();
  onTestFinished(async () => {
    crm.close();
    await box.close();
  });
  const folder = copyForSandbox('own-connector', box, crm.url);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installed, join(folder, 'node_modules/rolodesk'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const sync = async () => {
    const env = { ...sandboxEnv, PATH: process.env.PATH, HOME: folder };
    const { stdout, stderr } = await run(process.execPath, [main, 'sync', '--json'], { cwd: folder, env });
    expect(stderr).not.toContain('Warning');
    return JSON.parse(stdout);
  };
  expect(await sync()).toMatchObject({ outcome: 'completed', tallies: { read: 3, created: 2, skipped: 1 } });
  expect(usersOf(box).find(({ external_id }) => external_id === 'acme:north:1')).toMatchObject({
    name: 'Ada Ricci',
    email: 'ada@example.com',
    phone: '+16505550101',
    tags: ['acme'],
  });
  expect(await sync()).toMatchObject({ outcome: 'completed', tallies: { read: 1, unchanged: 1 } });
  expect(crm.asked).toEqual([
    '/teams/north/contacts',
    '/teams/north/contacts?after=2',
    '/teams/north/contacts?since=2026-11-01T00%3A00%3A00Z',
  ]);
});

/** Acme CRM, as far as the example asks it: two pages of contacts, and one contact that has changed since. */
async function startCrm() {
  const ada = { id: 1, name: 'Ada Ricci', email: 'ada@example.com', phone: '+1 650 555 0101', closed: false };
  const bo = { id: 2, name: 'Bo Lindqvist', closed: false };
  const cy = { id: 3, name: 'Cy Abernathy', closed: true };
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(url);
    const { searchParams } = new URL(url, 'http://127.0.0.1');
    const first = searchParams.has('since') ? { contacts: [ada] } : { contacts: [ada, bo], next: '2' };
    const page = searchParams.has('after') ? { contacts: [cy] } : first;
    response.statusCode = headers.authorization === 'Bearer acme-token' ? 200 : 401;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...page, now: '2026-11-01T00:00:00Z' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // An address of a TCP server, which it is.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}
