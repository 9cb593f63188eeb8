import type { Fields, Json } from './json.ts';

/** One user of the destination, as far as we need to know it. */
export interface DirectoryUser {
  readonly id: string;
  readonly externalId?: string;
  readonly email?: string;
  readonly role: string;
  readonly active: boolean;
  /** The fields that the mapping names. Absent: not seen yet, so not compared. */
  readonly fields?: Fields;
  readonly updatedAt: number;
}

export interface DirectoryHead {
  /** Where the next refresh begins, opaque to the store. */
  readonly cursor: Json;
  /** Field names that every entry was filled with, sorted. */
  readonly fields: readonly string[];
  readonly filledAt: number;
}

/** What a refresh of the directory changes. */
export interface DirectoryChanges {
  /**
   * Insert or replace by id. Also completes `stored` of links to these users when updatedAt ≥ writtenAt, and, if the user
   * has changed, makes dead letters due that are blocked by its id or its e-mail address (old or new).
   */
  readonly users?: readonly DirectoryUser[];
  readonly removeUsers?: readonly string[];
  readonly directory?: DirectoryHead;
}
