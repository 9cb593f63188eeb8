import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createPages } from '../../../src/app/console/router/pages.ts';
import type { RouteRequest } from '../../../src/core/service/route.ts';
import { ownFolder } from '../../kit/folder.ts';

const script = 'console.log("the pages");\n'.repeat(50);

function pagesOf(): (path: string, encodings?: string) => Promise<unknown> {
  const folder = ownFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets/app-1.js'), script);
  writeFileSync(join(folder, 'assets/app-1.js.br'), brotliCompressSync(script));
  writeFileSync(join(folder, 'assets/app-1.js.gz'), gzipSync(script));
  const pages = createPages(folder, () => undefined);
  return async (path, encodings) => {
    const [route] = pages(path);
    const request: RouteRequest = {
      headers: { ...(encodings !== undefined && { 'accept-encoding': encodings }) },
      body: Buffer.alloc(0),
      query: new URLSearchParams(),
      remoteAddress: '127.0.0.1',
      signal: new AbortController().signal,
    };
    return await route?.handle(request);
  };
}

test('a file is sent as the build has compressed it, and as it is to whoever takes nothing else', async () => {
  const read = pagesOf();
  const path = '/console/assets/app-1.js';
  const text = async (encodings: string | undefined, unpack: (body: Buffer) => Buffer) => {
    const reply = await read(path, encodings);
    expect(reply).toMatchObject({ status: 200, body: expect.any(Buffer) });
    if (typeof reply !== 'object' || reply === null || !('body' in reply) || !Buffer.isBuffer(reply.body)) return '';
    return unpack(reply.body).toString();
  };
  expect(await text('gzip, deflate, br', brotliDecompressSync)).toBe(script);
  expect(await text('gzip', gunzipSync)).toBe(script);
  expect(await text(undefined, (body) => body)).toBe(script);
  expect(await read(path, 'gzip')).toMatchObject({ headers: { 'content-encoding': 'gzip' } });
});

test('what the build has compressed has no address of its own, and a page that is not there is the index', async () => {
  const read = pagesOf();
  expect(await read('/console/assets/app-1.js.br')).toBeUndefined();
  expect(await read('/console/assets/other.js')).toBeUndefined();
  expect(await read('/console/pipelines/acme')).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' });
});
