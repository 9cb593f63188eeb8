import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../../core/domain/json.ts';
import type { FoundConfiguration } from '../../service/catalog/found-configuration.ts';

/** A template as it is stored: connections do not depend on the file, which another machine may not have. */
export interface StoredTemplate {
  /** The name of its file. */
  readonly name: string;
  /** Where relative paths in it start. */
  readonly folder: string;
  readonly text: string;
}

/** A connection as it is stored: the values of a template's variables. */
export interface StoredRow {
  readonly name: string;
  /** The name of its template. */
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
  /** Encrypted values, and whose they are. */
  readonly secrets?: { readonly names: readonly string[]; readonly sealed: string };
}

const template = z.object({ folder: z.string(), text: z.string() });
const row = z.object({
  template: z.string(),
  values: z.record(z.string(), z.string()),
  secrets: z.object({ names: z.array(z.string()), sealed: z.string() }).exactOptional(),
});

export function jsonOfTemplate({ folder, text }: StoredTemplate): Json {
  return { folder, text };
}

export function jsonOfRow({ template: of, values, secrets }: StoredRow): Json {
  return { template: of, values, ...(secrets && { secrets: { ...secrets } }) };
}

export function templatesFrom(entries: ReadonlyMap<string, Json>): ReadonlyMap<string, StoredTemplate> {
  return new Map(Array.from(entries, ([name, value]) => [name, { name, ...template.parse(value) }]));
}

export function rowsFrom(entries: ReadonlyMap<string, Json>): readonly StoredRow[] {
  return Array.from(entries, ([name, value]) => ({ name, ...row.parse(value) }));
}

/** What messages call a connection. */
export function labelOf(name: string): string {
  return `connection ${name}`;
}

/** The configuration that the row makes of its template. Its secrets are decrypted when it is read. */
export function configurationOf(
  stored: StoredRow,
  {
    template: { name, folder, text },
    secrets,
  }: {
    readonly template: StoredTemplate;
    readonly secrets: { open(row: StoredRow): Promise<Readonly<Record<string, string>>> };
  },
): FoundConfiguration {
  const revision = createHash('sha256')
    .update(JSON.stringify(jsonOfRow(stored)))
    .digest('base64url');
  const values = async () => ({ ...stored.values, ...(await secrets.open(stored)) });
  return { label: labelOf(stored.name), path: join(folder, name), text, row: { name: stored.name, revision, values } };
}
