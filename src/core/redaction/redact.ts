import { createSecretIndex } from './secret-index.ts';
import { secretSpellings } from './secret-spellings.ts';

/** Takes secrets out of text. Knows those of the configuration, and learns those that appear in a run. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

const minSecretLength = 4;
const mark = '[redacted]';

const patterns: readonly RegExp[] = [
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:access_token|refresh_token|client_secret|api_token|password)\b["']?\s*[:=]\s*["']?[^"'\s,&}]+/gi,
  // In the URL of a proxy or a database.
  /(?<=:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g,
];

/** From the at sign on: what stands before it is looked for only where there is one, so that the time is linear. */
const fromAtSign = /(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
const beforeAtSign = /[\p{L}\p{N}._%+-]/u;

/** E-mail addresses count as personal data and go too. Takes time in proportion to the text, whatever it holds. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = new Set<string>();
  const index = createSecretIndex(minSecretLength);
  const add = (secret: string): void => {
    if (secret.length < minSecretLength || known.has(secret)) return;
    known.add(secret);
    for (const spelling of secretSpellings(secret)) if (spelling.length >= minSecretLength) index.add(spelling);
  };
  for (const secret of secrets) add(secret);

  function withoutSecrets(text: string): string {
    let clean = '';
    let done = 0;
    for (const { start, end } of index.find(text)) {
      clean += text.slice(done, start) + mark;
      done = end;
    }
    return clean + text.slice(done);
  }

  return {
    add,
    redact(text) {
      let clean = withoutSecrets(text);
      for (const pattern of patterns) clean = clean.replaceAll(pattern, mark);
      return withoutAddresses(clean);
    },
  };
}

function withoutAddresses(text: string): string {
  let clean = '';
  let done = 0;
  for (const { 0: domain, index } of text.matchAll(fromAtSign)) {
    let start = index;
    while (start > done && beforeAtSign.test(text.charAt(start - 1))) start -= 1;
    if (start === index) continue;
    clean += text.slice(done, start) + mark;
    done = index + domain.length;
  }
  return clean + text.slice(done);
}
