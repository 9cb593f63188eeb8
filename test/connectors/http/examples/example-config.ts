import { parse } from 'yaml';
import type { Json } from '../../../../src/core/domain/json.ts';
import { sandboxEnv, textOf } from '../../../docs/example.ts';

function exampleOf(name: string) {
  const text = textOf(name).replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = sandboxEnv[variable];
    if (value === undefined) throw new Error(`examples/${name} needs ${variable}, which sandboxEnv lacks.`);
    return value;
  });
  return parse(text);
}

/** The `mapping:` block of an example. */
export function mappingBlock(name: string): Readonly<Record<string, Json>> {
  return exampleOf(name).mapping;
}

/** The `source:` block of an example, word for word except for where its API is. */
export function sourceBlock(name: string, url: string): Readonly<Record<string, unknown>> {
  const { connector: _, ...source } = exampleOf(name).source;
  const { auth } = source;
  const at = (address: string | undefined) =>
    address === undefined ? undefined : `${url}${new URL(address).pathname}`;
  const tokenUrl = at(auth.tokenUrl);
  const authorizeUrl = at(auth.authorizeUrl);
  return {
    ...source,
    baseUrl: url,
    auth: {
      ...auth,
      ...(tokenUrl && { tokenUrl }),
      // As a sign-in left it.
      ...(authorizeUrl && { authorizeUrl, refreshToken: `${name}-refresh-0` }),
    },
  };
}
