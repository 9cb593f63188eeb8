import { ContractError } from '../domain/errors.ts';
import type { HttpRequest } from './types.ts';

/**
 * The URL of a request, always on the client's own origin: our credentials go with it. A path may come from a server, as
 * that of a next page. It is appended to the origin and never resolved against it, because `//host`, `/\host` and their
 * variants resolve to another host. Throws ContractError for a path that does not stay on the origin.
 */
export function requestUrl(origin: string, { path, query }: Pick<HttpRequest, 'path' | 'query'>): URL {
  const own = new URL(origin).origin;
  // Anything else would extend the host name: `.evil.example`, `@evil.example`, `:8443`.
  const url = path.startsWith('/') && URL.canParse(own + path) ? new URL(own + path) : undefined;
  if (url?.origin !== own)
    throw new ContractError(`A request to ${own} was not sent: its path does not begin with a slash.`, {
      code: 'request-url',
      hint: 'The path may come from a reply, such as the address of a next page.',
    });
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
