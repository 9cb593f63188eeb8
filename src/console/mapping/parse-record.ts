import type { Json } from '../../core/domain/json.ts';

type Parsed =
  | { readonly kind: 'none' }
  | { readonly kind: 'record'; readonly data: Record<string, Json> }
  | { readonly kind: 'problem'; readonly message: string };

/** What somebody typed as a record. */
export function parseRecord(text: string): Parsed {
  if (text.trim() === '') return { kind: 'none' };
  try {
    const data: unknown = JSON.parse(text);
    if (isObject(data)) return { kind: 'record', data };
    return { kind: 'problem', message: 'A record is an object: { … }.' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'problem', message: `This is not JSON yet: ${error.message}` };
  }
}

/** JSON.parse makes nothing else. */
function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
