import { InvalidArgumentError } from 'commander';

/** How option values come out of the parser. */

export function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

export function number(options: Record<string, unknown>, name: string): number {
  const value = options[name];
  return typeof value === 'number' ? value : 0;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** An option that holds a text, if it was given, under its own name. */
export function text<N extends string>(options: Record<string, unknown>, name: N): { readonly [K in N]?: string } {
  const value = options[name];
  // The compiler makes no mapped type of a computed key.
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [K in N]?: string };
}
