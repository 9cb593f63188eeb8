import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that nobody else knows. */
export interface Authority extends Certified {
  /** A certificate of it for a server of this name. */
  issue(host: string): Certified;
}

export function createAuthority(): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = 'an authority of tests';
  const issued = { issuer: name, issuerKey: own.privateKey };
  return {
    certificate: certificateOf({ ...issued, subject: name, publicKey: own.publicKey, extensions: [mayIssue] }),
    key: pemOf(own.privateKey),
    issue(host) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const certificate = certificateOf({ ...issued, subject: host, publicKey, extensions: [namesOf(host)] });
      return { certificate, key: pemOf(privateKey) };
    },
  };
}

/** A certificate of no authority. */
export function selfSigned(host: string): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = { issuer: host, issuerKey: privateKey, subject: host };
  return { certificate: certificateOf({ ...names, publicKey, extensions: [namesOf(host)] }), key: pemOf(privateKey) };
}

/** The fields of https://www.rfc-editor.org/rfc/rfc5280#section-4.1, encoded as DER. */
function certificateOf({
  issuer,
  issuerKey,
  subject,
  publicKey,
  extensions,
}: {
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([serial++])),
    algorithm,
    nameOf(issuer),
    sequence(element(0x17, Buffer.from('200101000000Z')), element(0x18, Buffer.from('21200101000000Z'))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  const signature = element(0x03, Buffer.from([0]), sign('sha256', body, issuerKey));
  return new X509Certificate(sequence(body, algorithm, signature)).toString();
}

let serial = 1;

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** basicConstraints: it is an authority. */
const mayIssue = sequence(
  oid('551d13'),
  element(0x01, Buffer.from([0xff])),
  element(0x04, sequence(element(0x01, Buffer.from([0xff])))),
);

/** subjectAltName: a name of the DNS. */
function namesOf(host: string): Buffer {
  return sequence(oid('551d11'), element(0x04, sequence(element(0x82, Buffer.from(host)))));
}

function nameOf(commonName: string): Buffer {
  return sequence(element(0x31, sequence(oid('550403'), element(0x0c, Buffer.from(commonName)))));
}

function oid(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, ...parts);
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
