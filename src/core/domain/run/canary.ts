import type { Result } from '../result.ts';
import type { VerifiedField } from '../write.ts';

/** The first writes of a run, looked at before there are more. */
export interface Canary {
  /** How many writes. */
  readonly size: number;
  show(rows: readonly CanaryRow[]): void;
  /**
   * Asked once all of them are written and shown, if there were enough. `none`: nobody is left to answer. Rejects when the
   * run is asked to stop meanwhile.
   */
  approve(): Promise<'yes' | 'no' | 'none'>;
}

/** What became of one of them, and its user as the destination has it now. */
export interface CanaryRow extends Pick<Result, 'key' | 'code' | 'message' | 'destinationId'> {
  /** Undefined: no result yet; decided again at the end of the run. */
  readonly outcome: Result['outcome'] | undefined;
  /** Empty where nothing was written. */
  readonly fields: Readonly<Record<string, VerifiedField>>;
}
