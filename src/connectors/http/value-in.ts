import { getPath } from '../../core/records/get-path.ts';

interface Reply {
  readonly body: unknown;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A value of a response: at a path of its body, or in a header (`header:X-Total-Count`). */
export function valueIn({ body, headers }: Reply, path: string): unknown {
  const name = /^header:\s*(.+)$/i.exec(path)?.[1];
  return name === undefined ? getPath(body, path) : headers[name.toLowerCase()];
}

/** A whole number that counts something. Some APIs write it as text. */
export function countIn(reply: Reply, path: string): number | undefined {
  const found = valueIn(reply, path);
  const number = typeof found === 'string' && /^\d+$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
