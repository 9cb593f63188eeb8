import type { SourceRecord } from './record.ts';

/** A field that a payload goes without although the record has something for it. */
export interface OmittedField {
  readonly target: string;
  readonly why: string;
}

/** Messages hold no personal data. `unchecked`: fields whose values the destination alone can check. `detail` is what was found, for the commands that may print customer data. */
export type MapResult<P> =
  | {
      readonly kind: 'payload';
      readonly payload: P;
      readonly omitted?: readonly OmittedField[];
      readonly unchecked?: readonly OmittedField[];
    }
  | { readonly kind: 'skip'; readonly reason: string; readonly message: string }
  | { readonly kind: 'reject'; readonly code: string; readonly message: string; readonly detail?: string };

/** Pure: no I/O, no clock, not async. */
export type Mapper<T, P> = (record: SourceRecord<T>) => MapResult<P>;
