import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Route, RouteReply, RouteRequest } from '../../../core/service/route.ts';
import { securityHeaders } from './security-headers.ts';

/** Below which the pages are. */
export const basePath = '/console';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** The build puts these next to a file. */
const compressed = { br: '.br', gzip: '.gz' } as const;

interface PageFile {
  readonly type: string;
  readonly isImmutable: boolean;
  readonly bodies: ReadonlyMap<'br' | 'gzip' | 'plain', Buffer>;
}

/**
 * The built pages of a folder. They are read once, and a path finds only what was there then: no path leads out of the
 * folder. `refuse` answers whoever may not see them.
 */
export function createPages(
  folder: string,
  refuse: (request: RouteRequest) => RouteReply | undefined,
): (path: string) => readonly Route[] {
  const files = new Map<string, PageFile>();
  const paths = new Set(pathsIn(folder));
  for (const path of paths) {
    if (isCompressed(path)) continue;
    files.set(`${basePath}/${path.split(sep).join('/')}`, readPage(folder, path, paths));
  }
  const index = files.get(`${basePath}/index.html`);

  function find(path: string): ((request: RouteRequest) => RouteReply) | undefined {
    if (path === '/' || path === basePath)
      return () => ({ status: 302, headers: { ...securityHeaders, location: `${basePath}/` }, body: '' });
    if (!path.startsWith(`${basePath}/`)) return undefined;
    const file = files.get(path);
    if (file) return (request) => fileReply(file, request);
    // What looks like a file and is none must not come as a page: a browser would take it for a script.
    if (extname(path) !== '' && path.startsWith(`${basePath}/assets/`)) return undefined;
    return index ? (request) => fileReply(index, request) : () => notBuilt;
  }

  return (path) => {
    const reply = find(path);
    if (!reply) return [];
    return [
      {
        method: 'GET',
        path,
        handle: async (request) => refuse(request) ?? reply(request),
      },
    ];
  };
}

const notBuilt: RouteReply = {
  status: 503,
  headers: securityHeaders,
  contentType: 'text/plain; charset=utf-8',
  body: 'The pages of the console were not built: npm run build makes them.\n',
};

function fileReply({ type, isImmutable, bodies }: PageFile, { headers }: RouteRequest): RouteReply {
  const accepted = headers['accept-encoding'] ?? '';
  const encoding = (['br', 'gzip'] as const).find(
    (one) => bodies.has(one) && new RegExp(`\\b${one}\\b`).test(accepted),
  );
  return {
    status: 200,
    contentType: type,
    headers: {
      ...securityHeaders,
      vary: 'accept-encoding',
      'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(encoding && { 'content-encoding': encoding }),
    },
    body: bodies.get(encoding ?? 'plain') ?? '',
  };
}

function pathsIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function isCompressed(path: string): boolean {
  return Object.values(compressed).some((ending) => path.endsWith(ending));
}

function readPage(folder: string, path: string, paths: ReadonlySet<string>): PageFile {
  const bodies = new Map<'br' | 'gzip' | 'plain', Buffer>([['plain', readFileSync(join(folder, path))]]);
  for (const encoding of ['br', 'gzip'] as const) {
    const other = `${path}${compressed[encoding]}`;
    if (paths.has(other)) bodies.set(encoding, readFileSync(join(folder, other)));
  }
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    // The build puts a hash into the names of these.
    isImmutable: path.split(sep).includes('assets'),
    bodies,
  };
}
