const fewestBase64Characters = 8;
/** A line of a longer secret, such as a PEM key, that is long enough not to be found by chance. */
const fewestLineCharacters = 8;

/**
 * Every spelling in which a secret may appear in text that other programs wrote: as it is, escaped for JSON (by JavaScript,
 * Python or PHP, once or twice), encoded for a URL or a form, in Base64 whatever stands around it, and line by line.
 */
export function secretSpellings(secret: string): ReadonlySet<string> {
  const spellings = new Set<string>();
  const lines = secret
    .split(/\r?\n/)
    .filter((line) => line.length >= fewestLineCharacters && !line.startsWith('-----'));
  for (const part of [secret, ...(secret.includes('\n') ? lines : [])])
    for (const text of [part, ...base64Of(part)])
      for (const spelling of [...escaped(text), ...percentEncoded(text)]) spellings.add(spelling);
  return spellings;
}

function escaped(text: string): readonly string[] {
  const json = inJson(text);
  const ascii = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // As Python and PHP quote a text; the last as a log line in JSON holds a line of JSON.
  return [text, json, ascii, json.replaceAll('\\"', '"'), json.replaceAll('/', '\\/'), inJson(json), inJson(ascii)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function percentEncoded(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const encoded = [component, component.replaceAll('%2F', '/'), new URLSearchParams({ '': text }).toString().slice(1)];
  return encoded.flatMap((one) => [one, one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** Where one byte or two stand before the secret, as in `user:secret`, its Base64 is another: what is the same whatever they are. */
function base64Of(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const whole = [bytes.toString('base64'), bytes.toString('base64url')];
  const inner = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const isCut = (before + bytes.length) % 3 > 0;
    const shared = encoded.slice(before === 0 ? 0 : before + 1, isCut ? -1 : undefined);
    return shared.length < fewestBase64Characters ? [] : [shared, shared.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...whole, ...inner];
}
