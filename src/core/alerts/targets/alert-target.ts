import type { AlertMessage } from '../message.ts';

/** Somebody who is notified. */
export interface Target {
  /** Stays the same as long as the configuration does: `email 2`, by its place in the list. */
  readonly name: string;
  /** Rejects with TransientError when the message was not taken; that holds no secret. Ends within some ten seconds. */
  send(message: AlertMessage): Promise<void>;
}
