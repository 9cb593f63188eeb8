/** What the helpdesk's admin has set up beforehand: custom fields of users, and the languages of the account. */

export const seedFields: readonly Readonly<Record<string, unknown>>[] = [
  {
    key: 'member_level',
    type: 'dropdown',
    title: 'Member level',
    custom_field_options: [
      { name: 'Gold', value: 'gold' },
      { name: 'Silver', value: 'silver' },
      { name: 'Bronze', value: 'bronze' },
    ],
  },
  { key: 'since', type: 'date', title: 'Customer since' },
  { key: 'balance', type: 'decimal', title: 'Balance' },
];

export const locales = [
  { id: 1, locale: 'en-US', name: 'English' },
  { id: 8, locale: 'de', name: 'Deutsch' },
  { id: 16, locale: 'fr', name: 'Français' },
  { id: 19, locale: 'pt-br', name: 'Português (Brasil)' },
];
