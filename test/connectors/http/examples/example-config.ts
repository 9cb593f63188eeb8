import { parse } from 'yaml';
import { sandboxEnv, textOf } from '../../../docs/example.ts';

/** The `source:` block of an example, word for word except for where its API is. */
export function sourceBlock(name: string, url: string): Readonly<Record<string, unknown>> {
  const text = textOf(name).replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = sandboxEnv[variable];
    if (value === undefined) throw new Error(`examples/${name} needs ${variable}, which sandboxEnv lacks.`);
    return value;
  });
  const { connector: _, ...source } = parse(text).source;
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
