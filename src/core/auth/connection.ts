import type { ConnectorOptions } from '../connector-options.ts';
import type { Grant } from './stored-token.ts';

/** What a connection is made with: it speaks to token endpoints, and to nothing of the data path. */
export type ConnectionOptions<C> = Pick<
  ConnectorOptions<C>,
  'config' | 'credentials' | 'clock' | 'log' | 'onSecret' | 'replyMs'
>;

/** One account that a configuration names, and how its credentials come and go. */
export type Connection = OAuthConnection | StaticCredentials;

interface Account {
  /** Such as `QuickBooks Online`. */
  readonly title: string;
  /** Which account it is, in words. */
  readonly account: string;
}

/** Credentials that are what they are: nothing is kept, and nothing is renewed. */
export interface StaticCredentials extends Account {
  readonly kind: 'fixed';
  /** Such as `API token`. */
  readonly how: string;
  /** When they end for everybody, in milliseconds since the epoch. */
  readonly endsAt?: number;
  /** How to come to credentials that a person can sign in for, a line each. */
  readonly advice: readonly string[];
  /** How access is ended at the vendor. */
  readonly revocationHelp: string;
}

/** Tokens of an OAuth client, kept in the credential store. */
export interface OAuthConnection extends Account {
  readonly kind: 'oauth';
  /** Of the stored token, as its keeper names it. */
  readonly tokenName: string;
  /** The refresh token of the configuration. */
  readonly configured: string | undefined;
  /** What the tokens may do, as it was asked for. */
  readonly scopes: readonly string[];
  readonly signIn: SignIn;
  /** Where the client may come in by itself, without anybody signing in. Asks once. */
  clientCredentials?(): Promise<ConnectedAccount>;
  /**
   * Ends the connection at the vendor. Throws TransientError where it did not answer: it may be asked again. `gone`: there
   * was nothing left to end. `kept`: the vendor has no way to end it but by hand.
   */
  revoke(): Promise<'revoked' | 'gone' | 'kept'>;
  /** How access is ended at the vendor by hand. */
  readonly revocationHelp: string;
}

/** The authorization-code flow as a vendor has it (RFC 6749, 4.1). */
export interface SignIn {
  /** Of the page on which a person says yes. */
  readonly authorizeUrl: string;
  readonly clientId: string;
  readonly scope: string;
  /** S256 (RFC 7636). */
  readonly pkce: boolean;
  /** What the page wants in addition, such as `access_type: offline`. */
  readonly params?: Readonly<Record<string, string>>;
  /** Where the address that the browser comes back to is registered, in words. */
  readonly register: string;
  /** Throws ConfigError for a redirect URI that the vendor does not take. */
  validateRedirectUri(redirectUri: string): void;
  /**
   * Called at most once for a code, with what the callback brought. Checks the rest of the callback first, and asks the token
   * endpoint once, never again. `adopt`: take the account that was picked, whichever the configuration names.
   */
  exchange(callback: Callback, how: { readonly adopt: boolean }): Promise<ConnectedAccount>;
}

export interface Callback {
  readonly code: string;
  /** Everything that the callback brought. */
  readonly params: URLSearchParams;
  readonly redirectUri: string;
  /** Of PKCE; empty without. */
  readonly verifier: string;
}

export interface ConnectedAccount {
  readonly grant: Grant;
  readonly tokenName: string;
  /** Which account it is, in words. */
  readonly account: string;
  /** What the configuration does not say yet: a key of the connector's block. */
  readonly learned?: { readonly key: string; readonly value: string };
}
