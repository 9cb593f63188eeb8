import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { defined } from '../../../core/defined.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { JwtBearerConfig } from './config.ts';

/** Makes assertions (RFC 7523) that the configured key signs. Throws ConfigError for what is not an RSA key. */
export function createAssertion(auth: JwtBearerConfig, now: () => number): () => string {
  const key = rsaKey(auth.privateKey);
  return () => {
    const issuedAt = Math.floor(now() / 1000);
    const header = { alg: 'RS256', typ: 'JWT', ...defined({ kid: auth.keyId }) };
    const claims = {
      iss: auth.issuer,
      aud: auth.audience ?? auth.tokenUrl,
      iat: issuedAt,
      exp: issuedAt + auth.lifetime,
      jti: randomUUID(),
      ...defined({ sub: auth.subject, scope: auth.scope }),
    };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
  };
}

/** From PEM, whose lines a variable of the environment often has on one line. */
function rsaKey(pem: string): KeyObject {
  const key = parsed(pem.replaceAll('\\n', '\n'));
  if (key?.asymmetricKeyType === 'rsa') return key;
  throw new ConfigError('source.auth.privateKey is not an RSA private key in PEM.', {
    code: 'private-key',
    hint: 'It begins with -----BEGIN PRIVATE KEY-----, and has no passphrase. Its lines may be joined by \\n.',
  });
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // Node's message may quote what it could not read, which is the secret.
    return undefined;
  }
}
