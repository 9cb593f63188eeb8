import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { StateError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';

const nonceBytes = 12;
const tagBytes = 16;
const keyIdLength = 8;

/** Says which key a value was encrypted with, and nothing of the key itself. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, keyIdLength);
}

/** AES-256-GCM under the name: a value that is moved to another name is refused. */
export function encrypt(key: Buffer, name: string, value: Json): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** `keyId`: of the key that it was saved with, where that is known. Throws StateError `wrong-key`. */
export function decrypt({
  key,
  name,
  sealed,
  keyId,
}: {
  readonly key: Buffer;
  readonly name: string;
  readonly sealed: Buffer;
  readonly keyId: unknown;
}): Json {
  try {
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(name))
      .setAuthTag(tag);
    const open = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    // Sealed by `encrypt` from a Json value, and authenticated.
    return JSON.parse(open.toString('utf8')) as Json;
  } catch (error) {
    throw new StateError(`The stored credential ${name} can't be decrypted${whichKeys(key, keyId)}.`, {
      cause: error,
      code: 'wrong-key',
      hint: 'ROLODESK_KEY (or the key file) is not the one that it was saved with. Use that one, or connect again.',
    });
  }
}

function whichKeys(key: Buffer, keyId: unknown): string {
  const own = keyIdOf(key);
  return typeof keyId !== 'string' || keyId === own ? '' : `: it was saved with key ${keyId}, and this is key ${own}`;
}
