import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createAuthority, selfSigned } from '../../kit/certificates.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { type Server, startServer } from '../../kit/postgres-server.ts';
import { rolodesk } from '../../kit/processes/process.ts';

type Running = Extract<Server, { readonly kind: 'running' }>;
const authority = createAuthority();
const servers = new Map<'self-signed' | 'known', Running>();

beforeAll(async () => {
  const certificates = { 'self-signed': selfSigned('localhost'), known: authority.issue('localhost') } as const;
  for (const name of ['self-signed', 'known'] as const) {
    const server = await startServer({ tls: certificates[name] });
    if (server.kind === 'none') throw new Error(`PostgreSQL does not start: ${server.why}`);
    servers.set(name, server);
  }
  return async () => {
    for (const server of servers.values()) await server.close();
  };
});

const completed = { code: 0, outcome: 'completed' };
const refused = {
  code: 3,
  error: {
    code: 'state-tls',
    message: expect.stringContaining('who it is'),
    hint: expect.stringContaining('sslrootcert'),
  },
};

test.each([
  ['a certificate of no authority: it is refused', 'self-signed', 'localhost', 'sslmode=verify-full', refused],
  ['whoever says require takes it', 'self-signed', 'localhost', 'sslmode=require', completed],
  ['an authority that nobody named', 'known', 'localhost', 'sslmode=verify-full', refused],
  ['an authority that the URL names', 'known', 'localhost', 'sslmode=verify-full&sslrootcert=AUTHORITY', completed],
  ['its certificate for another name', 'known', '127.0.0.1', 'sslmode=verify-full&sslrootcert=AUTHORITY', refused],
  ['verify-ca takes any name', 'known', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=AUTHORITY', completed],
] as const)('%s', async (_, server, host, parameters, expected) => {
  const it = await startTestEnvironment({ customers: 1 });
  const file = join(it.folder, 'authority.pem');
  writeFileSync(file, authority.certificate);
  const url = servers.get(server)?.url().replace('127.0.0.1', host) ?? '';
  const state = `${url}?${parameters.replace('AUTHORITY', encodeURIComponent(file))}`;
  writeFileSync(join(it.folder, '.env'), `ROLODESK_STATE=${state}\n`, { mode: 0o600 });
  const { code, stdout, stderr } = await rolodesk(['sync', '--json'], { cwd: it.folder });
  expect(stdout + stderr).not.toContain('a-database-secret');
  expect({ code, ...JSON.parse(stdout) }).toMatchObject(expected);
});
