/** Takes secrets out of text. Knows those of the configuration, and learns those that appear in a run. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

const shortestSecret = 4;
const mark = '[redacted]';

const patterns: readonly RegExp[] = [
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:access_token|refresh_token|client_secret|api_token|password)\b["']?\s*[:=]\s*["']?[^"'\s,&}]+/gi,
  /[A-Z0-9._%+-]+@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+/gi,
];

/** E-mail addresses count as personal data and go too. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = new Set<string>();
  const add = (secret: string): void => {
    if (secret.length < shortestSecret) return;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) known.add(form);
  };
  for (const secret of secrets) add(secret);
  return {
    add,
    redact(text) {
      let clean = text;
      for (const secret of known) clean = clean.replaceAll(secret, mark);
      for (const pattern of patterns) clean = clean.replaceAll(pattern, mark);
      return clean;
    },
  };
}
