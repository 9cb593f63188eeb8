import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { HubspotConfig } from './config.ts';
import type { Contact } from './contact.ts';
import { createContactsApi } from './contacts-api.ts';
import { readContacts } from './read-contacts.ts';

/** Reads the contacts of one account: first all of them, then what has changed, and what is in the recycle bin. */
export function createHubspotSource(options: SourceOptions<HubspotConfig>): AuthoredSource<Contact> {
  const api = createContactsApi(options);

  return {
    async check({ signal }) {
      await api.page({ kind: 'list', after: '0' }, 0, signal);
      const identity = `HubSpot account ${options.config.portalId}`;
      return { identity, lines: [{ ok: true, title: 'contacts', detail: 'can be read' }] };
    },
    read: (from, context) => readContacts(api, from, context),
    async discover({ signal }) {
      return [{ name: 'contacts', fields: await api.properties(signal) }];
    },
  };
}
