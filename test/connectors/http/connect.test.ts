import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { run } from '../../../src/cli/start.ts';
import { visit } from '../../kit/browser.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { type Answer, type Asked, serveScript } from '../../kit/twins/scripted-server.ts';

/** A vendor that people sign in to. Refresh tokens rotate, and a used one is dead; a code works once, with its verifier. */
function vendor({ gives = true }: { readonly gives?: boolean } = {}) {
  const asked = { authorize: new URLSearchParams(), exchanges: 0, refreshes: 0, revoked: '' };
  let [challenge, refresh, access] = ['', '', ''];
  const grant = (n: number) => {
    [access, refresh] = [`vendor-access-${n}`, `vendor-refresh-${n}`];
    return {
      body: { access_token: access, expires_in: 3600, token_type: 'Bearer', ...(gives && { refresh_token: refresh }) },
    };
  };
  const answer = ({ path, query, headers, body }: Asked): Answer => {
    const form = new URLSearchParams(String(body));
    if (path === '/authorize') {
      asked.authorize = new URLSearchParams(query);
      challenge = query.code_challenge ?? '';
      const back = new URL(query.redirect_uri ?? '');
      back.search = String(new URLSearchParams({ code: 'vendor-code-1', state: query.state ?? '' }));
      return { status: 302, headers: { location: back.href } };
    }
    if (path === '/revoke') {
      asked.revoked = form.get('token') ?? '';
      return { status: 200 };
    }
    if (path !== '/token')
      return headers.authorization === `Bearer ${access}`
        ? { body: [{ id: 1, name: 'Ada', email: 'ada@example.com' }] }
        : { status: 401, body: { error: 'invalid_token' } };
    if (form.get('grant_type') === 'authorization_code') {
      const verifier = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (verifier !== challenge || form.get('code') !== 'vendor-code-1' || asked.exchanges > 0)
        return { status: 400, body: { error: 'invalid_grant' } };
      asked.exchanges += 1;
      return grant(1);
    }
    if (form.get('refresh_token') !== refresh) return { status: 400, body: { error: 'invalid_grant' } };
    asked.refreshes += 1;
    return grant(1 + asked.refreshes);
  };
  const expire = (): void => {
    access = '';
  };
  return { answer, asked, expire };
}

/** A person at a terminal, whose configuration reads from the vendor. */
async function person(options?: Parameters<typeof vendor>[0]) {
  const { answer, asked, expire } = vendor(options);
  const { origin } = await serveScript(answer);
  const it = await startTestEnvironment({ customers: 0 });
  const path = join(it.folder, 'rolodesk.yaml');
  const config = parseDocument(readFileSync(path, 'utf8'));
  const auth = {
    type: 'oauth2',
    authorizeUrl: `${origin}/authorize`,
    authorizeParams: { access_type: 'offline' },
    tokenUrl: `${origin}/token`,
    revokeUrl: `${origin}/revoke`,
    clientId: 'the-client',
    clientSecret: 'the-client-secret',
    scope: 'contacts.read',
  };
  config.set('source', { connector: 'http', baseUrl: origin, auth, request: { path: '/contacts' } });
  config.set('mapping', { name: 'name', email: 'email' });
  writeFileSync(path, config.toString());
  let everything = '';
  const type = async (line: string) => {
    let [stdout, stderr, seen] = ['', '', false];
    const sink = (add: (part: string) => void) =>
      new Writable({
        write(chunk, _, done) {
          add(String(chunk));
          everything += String(chunk);
          done();
        },
      });
    const terminal = {
      ...it.terminal,
      stdin: Object.assign(Object.create(process.stdin), { isTTY: false }),
      stdout: sink((part) => (stdout += part)),
      stderr: sink((part) => {
        stderr += part;
        const [url] = /http\S+response_type\S+/.exec(stderr) ?? [];
        if (url === undefined || seen) return;
        seen = true;
        void visit(url);
      }),
    };
    const code = await run(terminal, ['node', 'rolodesk', ...line.split(' ')]);
    return { code, stdout, stderr };
  };
  return { ...it, type, asked, expire, everything: () => everything };
}

test('connect source: a person signs in once, the tokens rotate from then on, and disconnect revokes the last one', async () => {
  const { type, asked, expire, everything, folder } = await person();
  expect(await type('check')).toMatchObject({ code: 3, stdout: expect.stringContaining('rolodesk connect source') });
  expect(await type('connect source --port 0 -v')).toMatchObject({ code: 0 });
  expect(Object.fromEntries(asked.authorize)).toMatchObject({
    response_type: 'code',
    client_id: 'the-client',
    scope: 'contacts.read',
    access_type: 'offline',
    code_challenge_method: 'S256',
    redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/callback$/),
    state: expect.stringMatching(/^.{40,}$/),
  });
  const { connections } = JSON.parse((await type('connections --json')).stdout);
  expect(connections[0]).toMatchObject({
    side: 'source',
    system: 'http',
    state: 'connected',
    scopes: ['contacts.read'],
  });
  expect(await type('sync -v')).toMatchObject({ code: 0 });
  expect(asked).toMatchObject({ exchanges: 1, refreshes: 0 });
  for (const refreshes of [1, 2]) {
    expire();
    expect(await type('sync -v')).toMatchObject({ code: 0 });
    expect(asked).toMatchObject({ refreshes });
  }
  expect(await type('disconnect source')).toMatchObject({ code: 0 });
  expect(asked.revoked).toBe('vendor-refresh-3');
  expect(await type('sync')).toMatchObject({ code: 3 });
  const kept = readFileSync(join(folder, '.rolodesk', 'state.db'), 'latin1');
  for (const secret of ['vendor-access-', 'vendor-refresh-', 'vendor-code-', 'the-client-secret']) {
    expect(everything()).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
});

test('a sign-in that brings no refresh token is not a connection', async () => {
  const { type } = await person({ gives: false });
  expect(await type('connect source --port 0')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('gave no refresh token'),
  });
});
