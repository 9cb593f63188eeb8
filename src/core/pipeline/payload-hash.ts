import { createHash } from 'node:crypto';
import { stableJson } from '../stable-json.ts';

/** By which a dead letter knows whether what would be sent is still what was refused. */
export function payloadHash(payload: unknown): string {
  return createHash('sha256').update(stableJson(payload)).digest('base64url');
}
