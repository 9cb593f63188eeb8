import type { Endpoint } from '../api/endpoint.ts';
import type { EndpointId } from '../api/index.ts';

/** An endpoint with the parameters of the path at which it was found. */
export interface NamedEndpoint {
  readonly id: EndpointId;
  readonly endpoint: Endpoint;
  readonly path: Readonly<Record<string, string>>;
}

/** Longer than any name of ours. */
const maxPart = 1_000;

export function findEndpoint(
  endpoints: Readonly<Record<EndpointId, Endpoint>>,
  method: Endpoint['method'],
  path: string,
): NamedEndpoint | undefined {
  const given = path.split('/');
  const matches = Object.entries(endpoints).flatMap(
    ([id, endpoint]): (NamedEndpoint & { readonly names: number })[] => {
      if (endpoint.method !== method) return [];
      const found = match(endpoint.path.split('/'), given);
      // The names of this record are its keys.
      return found ? [{ id: id as EndpointId, endpoint, path: found, names: Object.keys(found).length }] : [];
    },
  );
  // `/rejects.csv` before `/{name}`.
  return matches.sort((a, b) => a.names - b.names)[0];
}

function match(wanted: readonly string[], given: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (wanted.length !== given.length) return undefined;
  const found: [string, string][] = [];
  for (const [index, part] of wanted.entries()) {
    const at = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== at) return undefined;
      continue;
    }
    const value = decoded(at);
    if (value === undefined || value === '' || value.length > maxPart) return undefined;
    found.push([name, value]);
  }
  return Object.fromEntries(found);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
