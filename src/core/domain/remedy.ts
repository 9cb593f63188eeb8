/**
 * What a person can do about a failure, as data. Each program says it in words of its own: the command line names a command,
 * a console would show a button.
 */
export type Remedy =
  /** `system`: as the configuration names it; `source` or `destination` where both sides are one system. */
  | { readonly kind: 'connect'; readonly system: string }
  /** Take the account that was picked in place of the one that is configured. */
  | { readonly kind: 'connect-and-adopt'; readonly system: string }
  | { readonly kind: 'connect-with-redirect'; readonly system: string }
  | { readonly kind: 'choose-redirect-port' }
  | { readonly kind: 'choose-listen-address' }
  | { readonly kind: 'choose-port' }
  | { readonly kind: 'write-config' }
  | { readonly kind: 'name-config' }
  | { readonly kind: 'check' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'list-runs' }
  | { readonly kind: 'make-plan'; readonly path?: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'allow-deactivations' }
  | { readonly kind: 'list-fields' }
  | { readonly kind: 'apply-fields' }
  | { readonly kind: 'declare-fields' }
  /** Of a customer that was not rejected. */
  | { readonly kind: 'list-rejects'; readonly key: string }
  | { readonly kind: 'read-customer'; readonly key: string };
