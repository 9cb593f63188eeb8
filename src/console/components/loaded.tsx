import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/resource.ts';
import { ErrorNote } from './notes.tsx';

interface Props<T> {
  readonly of: Resource<T>;
  /** As high as what comes, so that nothing jumps. */
  readonly skeleton?: ComponentChildren;
  readonly children: (value: T) => ComponentChildren;
}

/** What was loaded, or its skeleton, or why it could not be loaded. What is there stays when asking again fails. */
export function Loaded<T>({ of, skeleton = <Skeleton />, children }: Props<T>) {
  const { value, error, reload } = of;
  return (
    <>
      {error && <ErrorNote error={error} onRetry={reload} />}
      {value !== undefined && children(value)}
      {value === undefined && !error && skeleton}
    </>
  );
}

export function Skeleton({ lines = 0 }: { readonly lines?: number }) {
  return (
    <div aria-busy="true">
      <span class="visually-hidden">Loading</span>
      {lines === 0 && <span class="skeleton block" />}
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton line" />
      ))}
    </div>
  );
}
