import type { Json } from '../../domain/json.ts';

/**
 * What a web console keeps, where the workers of a service share it. No customer data, and of what people sign in with only hashes.
 *
 * - tickets: one-time links, sessions and sign-ins in progress, by the hash of what their holder has.
 * - log: who did what.
 * - documents: tasks and plans, as they are shown.
 * - events: what happened, in the order of their ids, for whoever watches.
 */
export interface ConsoleStore {
  saveTicket(ticket: Ticket): Promise<void>;
  /** Undefined also for one that has expired. */
  ticket(kind: TicketKind, hash: string): Promise<Ticket | undefined>;
  /** Takes it out: of several who ask at once, one gets it. */
  useTicket(kind: TicketKind, hash: string): Promise<Ticket | undefined>;
  ticketSeen(hash: string): Promise<void>;
  dropTicket(hash: string): Promise<void>;

  record(entry: NewLogEntry): Promise<void>;
  /** Newest first. */
  log(query: LogQuery): Promise<readonly LogEntry[]>;

  saveDocument(document: ConsoleDocument): Promise<void>;
  /** Saves it unless somebody else has changed it since: `expected` is its value as it was read. */
  replaceDocument(document: ConsoleDocument, expected: Json): Promise<boolean>;
  document(kind: DocumentKind, id: string): Promise<ConsoleDocument | undefined>;
  /** Newest first: ids begin with a time. */
  documents(kind: DocumentKind, query: DocumentQuery): Promise<readonly ConsoleDocument[]>;
  dropDocument(kind: DocumentKind, id: string): Promise<void>;

  addEvents(events: readonly Json[]): Promise<void>;
  /** In order, those behind `after`. */
  events(query: { readonly after: number; readonly limit: number }): Promise<readonly StoredEvent[]>;
  /** The ids of the oldest event that is kept and of the newest there ever was; 0 where there is none. */
  eventRange(): Promise<{ readonly oldest: number; readonly newest: number }>;

  /** Drops tickets that have expired, and events, documents and entries of the log from before these times. */
  prune(before: { readonly events: number; readonly documents: number; readonly log: number }): Promise<void>;
  close(): Promise<void>;
}

export type TicketKind = 'link' | 'session' | 'oidc';
export type DocumentKind = 'task' | 'cancel' | 'plan' | 'configuration' | 'key';

export interface Ticket {
  readonly hash: string;
  readonly kind: TicketKind;
  readonly value: Json;
  /** When its holder last came with it. */
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface NewLogEntry {
  readonly actor: string;
  readonly role: string;
  readonly act: string;
  readonly pipeline: string | null;
  readonly subject: string | null;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly detail: string | null;
}

export interface LogEntry extends NewLogEntry {
  readonly number: number;
  readonly at: number;
}

export interface LogQuery {
  /** Those before this number. */
  readonly before?: number | undefined;
  readonly pipeline?: string | undefined;
  readonly actor?: string | undefined;
  readonly limit: number;
}

export interface ConsoleDocument {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly pipeline: string;
  readonly value: Json;
}

export interface DocumentQuery {
  /** Those before this id. */
  readonly before?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly limit: number;
}

export interface StoredEvent {
  readonly id: number;
  readonly value: Json;
}
