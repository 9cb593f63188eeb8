import { createHash } from 'node:crypto';
import { stableJson } from '../stable-json.ts';

/** Hash of a payload. A dead letter keeps it, to find out whether the next payload is the one that was rejected. */
export function payloadHash(payload: unknown): string {
  return createHash('sha256').update(stableJson(payload)).digest('base64url');
}
