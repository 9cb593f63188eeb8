/**
 * What Rolodesk remembers between runs. A store answers batched look-ups and applies sets of changes, each set whole or
 * not at all. It is handed no callbacks and takes no decisions; one process at a time writes (see lease.ts).
 * Times are milliseconds since the epoch. Addresses and external ids are compared without case: callers pass lower case.
 */

/** If one of these differs, nothing that was remembered for the other is used. The directory belongs to the destination origin. */
export interface PipelineIdentity {
  readonly name: string;
  readonly sourceConnector: string;
  readonly sourceOrigin: string;
  readonly sourceAccount: string;
  readonly destinationOrigin: string;
}

export type PipelineId = number;
