import type { ServiceEntry, ServiceStore } from '../../../core/state/service/service-store.ts';
import type { Host } from '../../host.ts';
import { storedFacts } from '../../service/catalog/facts.ts';
import { createVariables, hashOf } from '../../service/catalog/found.ts';
import type { StateLocation } from '../../state/location.ts';
import type { CheckedRow } from './check-rows.ts';
import { configurationOf, jsonOfRow, jsonOfTemplate, rowsFrom, type StoredRow } from './row.ts';
import type { RowSecrets } from './row-secrets.ts';
import type { Template } from './template.ts';

/** Names of connections, by what became of them. */
export interface ImportResult {
  readonly template: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Stores rows that are good, with their template: all of them or none. */
export async function storeRows(
  checked: readonly CheckedRow[],
  {
    template,
    store,
    secrets,
    own,
    env,
  }: {
    readonly template: Template;
    readonly store: ServiceStore;
    readonly secrets: RowSecrets;
    /** Where the service keeps its state. */
    readonly own: StateLocation;
    readonly env: Host['env'];
  },
): Promise<ImportResult> {
  const before = new Map(rowsFrom(await store.entries('connection')).map((row) => [row.name, row]));
  const variables = createVariables(env);
  const added: string[] = [];
  const changed: string[] = [];
  const unchanged: string[] = [];
  const entries: ServiceEntry[] = [{ kind: 'template', name: template.name, value: jsonOfTemplate(template) }];
  for (const row of checked) {
    const old = before.get(row.name);
    const isUnchanged = old !== undefined && (await isSame(old, { row, template, secrets }));
    const next = isUnchanged ? old : await sealedRow(row, { template, secrets });
    (isUnchanged ? unchanged : old ? changed : added).push(row.name);
    if (!isUnchanged) entries.push({ kind: 'connection', name: row.name, value: jsonOfRow(next) });
    // What the check has read need not be read again when a service starts.
    const value = storedFacts(row.facts, own);
    const hash = hashOf(configurationOf(next, { template, secrets }), variables);
    if (value !== undefined) entries.push({ kind: 'facts', name: hash, value });
  }
  await store.change(entries);
  return { template: template.name, added, changed, unchanged };
}

async function sealedRow(
  { name, values }: CheckedRow,
  { template, secrets }: { readonly template: Template; readonly secrets: RowSecrets },
): Promise<StoredRow> {
  const isSecret = ([variable]: [string, string]): boolean => template.variables.get(variable)?.isSecret === true;
  const all = Object.entries(values);
  const sealed = await secrets.seal(name, Object.fromEntries(all.filter(isSecret)));
  const shown = Object.fromEntries(all.filter((entry) => !isSecret(entry)));
  return { name, template: template.name, values: shown, ...(sealed && { secrets: sealed }) };
}

async function isSame(
  old: StoredRow,
  {
    row: { values },
    template,
    secrets,
  }: { readonly row: CheckedRow; readonly template: Template; readonly secrets: RowSecrets },
): Promise<boolean> {
  if (old.template !== template.name) return false;
  const before: Readonly<Record<string, string>> = { ...old.values, ...(await secrets.open(old)) };
  const names = Object.keys(values);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === values[name]);
}
