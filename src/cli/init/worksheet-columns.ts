import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { worksheetConfigSchema } from '../../connectors/worksheet/config.ts';
import { plainHeading } from '../../connectors/worksheet/headers.ts';
import { worksheet } from '../../connectors/worksheet/index.ts';
import { systemClock } from '../../core/clock.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { CredentialStore } from '../../core/domain/credential-store.ts';
import { RolodeskError } from '../../core/domain/errors.ts';
import type { Prompts } from './questions.ts';

/** A file, and which of its columns hold what a Zendesk user needs. Undefined: there is none. */
export interface WorksheetAnswers {
  readonly path: string;
  readonly key: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly phone: string | undefined;
}

const none = '';
/** A file needs none. */
const noCredentials: CredentialStore = {
  load: async () => undefined,
  save: async () => undefined,
  forget: async () => undefined,
  exclusive: (_, work) => work(),
};

/** Asks for the file and reads its headers. Undefined: the person has no file at hand, and fills in the example later. */
export async function askWorksheet(ask: Prompts, { folder, context }: Place): Promise<WorksheetAnswers | undefined> {
  let problem = '';
  for (;;) {
    const path = await ask.text({
      message: `${problem}Which file? .xlsx, .csv or .tsv (empty: later)`,
      placeholder: 'customers.xlsx',
      check: (text) => (existsSync(resolve(folder, text)) ? undefined : `There is no file ${resolve(folder, text)}`),
    });
    if (path === '') return undefined;
    const found = await headersOf(path, { folder, context });
    if (found.kind === 'headers') return await askColumns(ask, path, found.headers);
    problem = `${found.message} `;
  }
}

/** What reading a file takes. */
export interface Place {
  /** Where the configuration is written: its path begins there. */
  readonly folder: string;
  readonly context: CallContext;
}

type Found =
  | { readonly kind: 'headers'; readonly headers: readonly string[] }
  | { readonly kind: 'unreadable'; readonly message: string };

async function headersOf(path: string, { folder, context }: Place): Promise<Found> {
  // By its letter, because the headers are not known yet.
  const config = worksheetConfigSchema.parse({ path, key: { column: 'A' } });
  const source = worksheet.configure({ connector: 'worksheet', ...config }).createSource({
    folder,
    stdin: Readable.from([]),
    clock: systemClock,
    log: context.log,
    credentials: noCredentials,
    onSecret: () => undefined,
  });
  try {
    const [sheet] = (await source.discover?.(context)) ?? [];
    const names = sheet?.fields.map(({ path: name }) => name) ?? [];
    // A header of several words goes by a plain name as well.
    const plain = new Set(names.map((name) => (plainHeading(name) === name ? none : plainHeading(name))));
    const headers = names.filter((name) => !plain.has(name));
    if (headers.length > 0) return { kind: 'headers', headers };
    return { kind: 'unreadable', message: `${path} has no row with column headers.` };
  } catch (error) {
    if (!(error instanceof RolodeskError)) throw error;
    return { kind: 'unreadable', message: error.message };
  } finally {
    await source.close?.();
  }
}

async function askColumns(ask: Prompts, path: string, headers: readonly string[]): Promise<WorksheetAnswers> {
  const key = await choose('Which column identifies a customer? It must never change.', /number|no\b|id\b|key|code/i);
  const name = await choose("Which column holds the customer's name?", /name|customer|company/i);
  const email = await choose('Which column holds the e-mail address?', /e-?mail/i, 'none of them');
  const phone = await choose('Which column holds the phone number?', /phone|tel|mobile/i, 'none of them');
  return { path, key, name, email: email === none ? undefined : email, phone: phone === none ? undefined : phone };

  /** Likely columns come first. */
  async function choose(message: string, likely: RegExp, nothing?: string): Promise<string> {
    const sorted = headers.toSorted((a, b) => Number(likely.test(b)) - Number(likely.test(a)));
    const options = sorted.map((header) => ({ value: header, label: header }));
    const isUnlikely = !headers.some((header) => likely.test(header));
    const extra = nothing === undefined ? [] : [{ value: none, label: nothing }];
    return await ask.choose({ message, options: isUnlikely ? [...extra, ...options] : [...options, ...extra] });
  }
}
