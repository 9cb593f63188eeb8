import { ConfigError } from '../../../core/domain/errors.ts';
import type { ServiceStore } from '../../../core/state/service/service-store.ts';
import type { Finder, FoundConfigurations } from '../../service/catalog/catalog.ts';
import type { FoundConfiguration } from '../../service/catalog/found-configuration.ts';
import { configurationOf, labelOf, rowsFrom, type StoredRow, templatesFrom } from './row.ts';
import type { RowSecrets } from './row-secrets.ts';

export interface RowFinder extends Finder {
  /** Whether rows or templates have changed since they were last read. */
  hasChanged(): Promise<boolean>;
}

/** The connections that stand as rows in the state. They are read again when one of them has changed. */
export function createRowFinder(store: ServiceStore, secrets: RowSecrets): RowFinder {
  let known: FoundConfigurations = new Map();
  let versions = '';

  async function versionsNow(): Promise<string> {
    return `${await store.version('template')} ${await store.version('connection')}`;
  }

  return {
    hasChanged: async () => (await versionsNow()) !== versions,
    async all() {
      const now = await versionsNow();
      if (now === versions) return known;
      const templates = templatesFrom(await store.entries('template'));
      const found = new Map<string, FoundConfiguration | ConfigError>();
      for (const row of rowsFrom(await store.entries('connection'))) {
        const template = templates.get(row.template);
        found.set(labelOf(row.name), template ? configurationOf(row, { template, secrets }) : noTemplate(row));
      }
      known = found;
      versions = now;
      return known;
    },
  };
}

function noTemplate({ name, template }: StoredRow): ConfigError {
  return new ConfigError(`The template ${template} of the connection ${name} is not in the state.`, {
    code: 'no-template',
    hint: 'Import the connection with its template again.',
  });
}
