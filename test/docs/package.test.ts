import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { usersOf } from '../kit/environment/snapshots.ts';
import { copyForSandbox, sandboxEnv } from './example.ts';
import { type InstalledPackage, installPackage, root, run } from './installed-package.ts';

let installed: InstalledPackage;
let main = '';

beforeAll(async () => {
  installed = await installPackage();
  main = join(installed.folder, 'dist/cli/main.js');
}, 120_000);

afterAll(() => installed.remove());

test('the command runs, knows its version, and keeps experimental warnings to itself', async () => {
  const { version, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(join(installed.folder, bin.rolodesk)).toBe(main);
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
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: installed.home });
  expect(stdout).toBe('function,function,function,function,function rolodesk.yaml\n');
});

test('the first program of docs/library.md compiles strictly, runs the sandbox sync, and prints its counts', {
  timeout: 120_000,
}, async () => {
  const cwd = installed.home;
  const [, program = ''] = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(root, 'docs/library.md'), 'utf8')) ?? [];
  expect(program.split('\n').filter((line) => line !== '')).toHaveLength(9);
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'program.ts'), program);
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--types', 'node'];
  const target = ['--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false'];
  await run(process.execPath, [installed.tsc, ...strict, ...target, 'program.ts'], { cwd });
  const { stdout } = await run(process.execPath, ['program.js'], { cwd, env: { PATH: process.env.PATH, HOME: cwd } });
  // The sandbox's people are the same for the same seed: README.md shows these counts too.
  expect(stdout).toMatch(/^completed \{/);
  expect(stdout).toMatch(/read: 250,/);
  expect(stdout).toMatch(/created: 215,/);
});

test('every type of the package can be found, by every module resolution that can load it', async () => {
  // In a process of its own: this one resolves packages by conditions that lead to their sources.
  const script = `
    import { readFileSync } from 'node:fs';
    import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
    const found = await checkPackage(createPackageFromTarballData(readFileSync(process.argv[1])));
    console.log(JSON.stringify({ types: found.types.kind, problems: found.problems }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, installed.tarball], {
    cwd: root,
  });
  const { types, problems } = JSON.parse(stdout);
  expect(types).toBe('included');
  // An ES module with subpaths: not for node10, which knows none, nor for require() of a Node older than ours.
  const others = /^node(10|16-cjs)$/;
  expect(problems.filter((problem: { resolutionKind?: string }) => !others.test(problem.resolutionKind ?? ''))).toEqual(
    [],
  );
}, 60_000);

test('publint finds nothing in what is packed', async () => {
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(readFileSync(installed.tarball)).buffer },
    strict: true,
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('a connector is scaffolded, and tested by the package’s own modules, in a folder where nothing is installed', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-scaffold-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, HOME: cwd };
  await run(process.execPath, [main, 'connectors', 'new', 'acme'], { cwd, env });
  const { devDependencies } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  expect(devDependencies).toEqual({ rolodesk: `file:${installed.folder}/` });
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
  expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, passed: 2, skipped: [], failed: [] });
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
  symlinkSync(installed.folder, join(folder, 'node_modules/rolodesk'));
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
