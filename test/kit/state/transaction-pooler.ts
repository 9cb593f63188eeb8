import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';

/**
 * What PgBouncer does in transaction mode, at its most hostile: each transaction goes to the next of its connections, so
 * that whatever a client leaves on one is not there for its next statement, and is there for somebody else's. It refuses
 * settings in the startup message, as PgBouncer does unless it is told to ignore them.
 */
export async function startPooler(url: string, connections = 3) {
  const backends = await Promise.all(Array.from({ length: connections }, () => openBackend(url)));
  const free = [...backends];
  const waiting: ((backend: Backend) => void)[] = [];
  const clients = new Set<Socket>();
  let transactions = 0;

  async function borrow(): Promise<Backend> {
    transactions += 1;
    return free.shift() ?? (await new Promise<Backend>((given) => waiting.push(given)));
  }
  function giveBack(backend: Backend): void {
    const next = waiting.shift();
    if (next) next(backend);
    else free.push(backend);
  }

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined);
    void serve(client);
  });

  async function serve(client: Socket): Promise<void> {
    let backend: Backend | undefined;
    let group: Buffer[] = [];
    for await (const { type, bytes } of messagesOf(client, { hasStartup: true })) {
      if (type === 'startup') {
        greet(client, bytes);
        continue;
      }
      if (type === 'X') break;
      group.push(bytes);
      if (type !== 'Q' && type !== 'S') continue;
      backend ??= await borrow();
      const isIdle = await backend.exchange(Buffer.concat(group), client);
      group = [];
      if (!isIdle) continue;
      giveBack(backend);
      backend = undefined;
    }
    client.end();
    // Whoever goes in the middle of a transaction has it undone.
    if (backend) {
      await backend.exchange(queryMessage('ROLLBACK'), undefined);
      giveBack(backend);
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: url.replace(/:\d+\//, `:${port}/`),
    transactions: () => transactions,
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
      for (const backend of backends) backend.close();
    },
  };
}

interface Backend {
  /** Sends a group of messages that the server answers as one, and passes the answer on. Resolves with whether a transaction is over. */
  exchange(group: Buffer, client: Socket | undefined): Promise<boolean>;
  close(): void;
}

/** A connection that has logged in, as bytes. */
async function openBackend(url: string): Promise<Backend> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  // The driver's own connection, of which only the socket is used from here on.
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Duplex } }).connection;
  stream.removeAllListeners('data');
  const messages = messagesOf(stream, { hasStartup: false });
  return {
    async exchange(group, receiver) {
      stream.write(group);
      for (;;) {
        const next = await messages.next();
        if (next.done) {
          receiver?.destroy();
          return true;
        }
        receiver?.write(next.value.bytes);
        // ReadyForQuery, with I for idle.
        if (next.value.type === 'Z') return next.value.bytes.toString('latin1', 5, 6) === 'I';
      }
    },
    close: () => stream.destroy(),
  };
}

/** The messages of a stream, each with its type and all its bytes. */
async function* messagesOf(
  stream: Duplex,
  { hasStartup }: { readonly hasStartup: boolean },
): AsyncGenerator<{ readonly type: string; readonly bytes: Buffer }> {
  let rest = Buffer.alloc(0);
  let isStarted = !hasStartup;
  for await (const chunk of untilClosed(stream)) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) break;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) break;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      yield { type: isStarted ? bytes.toString('latin1', 0, 1) : 'startup', bytes };
      isStarted = true;
    }
  }
}

/** A stream that is destroyed has ended. */
async function* untilClosed(stream: Duplex): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function greet(client: Socket, startup: Buffer): void {
  const names = startup
    .toString('utf8', 8)
    .split('\0')
    .filter((_, index) => index % 2 === 0);
  const refused = names.find((name) => !['user', 'database', 'application_name', 'client_encoding', ''].includes(name));
  if (refused !== undefined) {
    client.end(message('E', `SFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`));
    return;
  }
  client.write(
    Buffer.concat([
      message('R', '\0\0\0\0'),
      message('S', 'server_version\x0017.0\0'),
      message('S', 'client_encoding\0UTF8\0'),
      message('K', '\0\0\0\x01\0\0\0\x02'),
      message('Z', 'I'),
    ]),
  );
}

const queryMessage = (sql: string): Buffer => message('Q', `${sql}\0`);

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(body, 'latin1') + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
}
