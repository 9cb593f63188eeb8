export type UserCell =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'other-account'; readonly host: string }
  /** A spreadsheet has cut off digits of a long number. */
  | { readonly kind: 'rounded' }
  | { readonly kind: 'unreadable' };

/** The id of a user, from its address in Zendesk or from the id itself. `origin` is that of the account. */
export function userIdOf(text: string, origin: string): UserCell {
  if (/^\d{1,19}$/.test(text)) return { kind: 'user', id: text };
  if (/^\d+[.,]?\d*E\+?\d+$/i.test(text)) return { kind: 'rounded' };
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address?.protocol.startsWith('http')) return { kind: 'unreadable' };
  if (address.origin !== new URL(origin).origin) return { kind: 'other-account', host: address.host };
  const [, id] = /\/users\/(\d{1,19})(?:\/|$)/.exec(address.pathname) ?? [];
  return id === undefined ? { kind: 'unreadable' } : { kind: 'user', id };
}
