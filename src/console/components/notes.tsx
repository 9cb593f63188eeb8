import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/call.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

export function Note({
  tone = 'plain',
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class={`note ${tone}`}>
      {title !== undefined && <strong>{title}</strong>}
      {children}
    </div>
  );
}

/** What failed, and what to do, with a way to ask again. */
export function ErrorNote({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { message, hint, code } = described(error);
  return (
    <div class="note bad" role="alert">
      <strong>{message}</strong>
      {hint !== undefined && <p>{hint}</p>}
      <p class="soft small">{code}</p>
      {onRetry && (
        <div>
          <button type="button" class="button small" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

/** Nothing to show, and what would change that. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}

interface Described {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly code: string;
}

/** An error of the API, or what a task or a run failed with. */
function described(error: unknown): Described {
  if (error instanceof ApiError || isFailure(error)) return error;
  return { message: 'The page could not show this.', hint: 'Load the page again.', code: String(error) };
}

function isFailure(error: unknown): error is Described {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
