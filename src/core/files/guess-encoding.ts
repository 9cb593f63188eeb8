import { detectAll } from 'jschardet';

/** What text is encoded as, guessed from bytes that are not UTF-8: a guess, and a poor one for a handful of letters. */

/** What the detector calls otherwise than the platform. */
const platformNames: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  macroman: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
};

/** In which people have files. Others, of which the detector knows a hundred, are likely only by mistake. */
const candidates: ReadonlySet<string> = new Set([
  ...['shift_jis', 'gb18030', 'big5', 'euc-jp', 'euc-kr', 'koi8-r', 'macintosh', 'x-mac-cyrillic', 'windows-874'],
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256'],
  ...['windows-1257', 'windows-1258'],
]);
const western = ['windows-1252', 'macintosh'];
/** Alphabets of Latin letters that a Western reading of the same bytes may hide. */
const otherLatin: ReadonlySet<string> = new Set(['windows-1250', 'windows-1254', 'windows-1257']);
/** So much likelier must they be: the detector knows their letters better than whose names have few of them. */
const clearly = 2;

/**
 * The detector goes by how often characters follow each other. For Western names, which have a strange letter here and there,
 * that says little: they are known by having none in a place where no such name has one.
 */
export async function guessEncoding(sample: Buffer): Promise<string> {
  const ranked = detectAll(sample)
    .map(({ encoding, confidence }) => ({ encoding: platformName(encoding ?? ''), confidence }))
    .filter(({ encoding }) => candidates.has(encoding) && decoded(sample, encoding) !== undefined);
  const own = western.find((encoding) => isWestern(decoded(sample, encoding)));
  if (own === undefined) return ranked[0]?.encoding ?? 'windows-1252';
  const confidence = ranked.find(({ encoding }) => encoding === own)?.confidence ?? 0;
  const text = decoded(sample, own);
  const rival = ranked.find(({ encoding }) => otherLatin.has(encoding) && decoded(sample, encoding) !== text);
  return rival && rival.confidence > clearly * confidence ? rival.encoding : own;
}

function platformName(name: string): string {
  return platformNames[name.toLowerCase()] ?? name.toLowerCase();
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const controls = /[\u0080-\u009f]/u;
/** Three such letters in a row, a capital after a small letter, a dash or a quote inside a word, and letters that few names have. */
const unlikely = /\P{ASCII}{3}|\p{Ll}(?!\p{ASCII})\p{Lu}|[a-z][–—‘“”™•][a-z]|[ðþƒ]/u;
/** Signs that may touch a letter. Any other that does is likely a letter of another encoding. */
const signs = '\u00a0®™©°…’‘“”–—«»€£„‚¿¡•·';
const signAtLetter = new RegExp(
  `[A-Za-z](?![${signs}])(?!\\p{L})\\P{ASCII}|(?!\\p{L})(?![${signs}])\\P{ASCII}[A-Za-z]`,
  'u',
);

function isWestern(text: string | undefined): boolean {
  return text !== undefined && ![controls, unlikely, signAtLetter].some((pattern) => pattern.test(text));
}
