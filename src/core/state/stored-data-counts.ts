/** What is kept about one customer, in numbers. */
export interface StoredDataCounts {
  readonly links: number;
  /** Addresses that it holds. */
  readonly emails: number;
  readonly rejects: number;
  readonly pending: number;
  /** For the end of a scan. */
  readonly deferred: number;
  /** As one of those that share an address. */
  readonly shared: number;
  /** What became of it in past runs, with the old values. */
  readonly records: number;
  /** That its source has sent by itself. */
  readonly changes: number;
  /** Whose outcome is not known yet. */
  readonly writes: number;
  /** Of the destination, in the directory. */
  readonly users: number;
}
