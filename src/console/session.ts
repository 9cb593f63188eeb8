import { computed, signal } from '@preact/signals';
import { ApiError, call, setHandlers } from './api/call.ts';
import { startEvents, stopEvents } from './api/events.ts';
import type { Session } from './api/types.ts';

type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable'; readonly error: ApiError }
  | { readonly kind: 'known'; readonly session: Session };

export const session = signal<SessionState>({ kind: 'loading' });

export const user = computed(() => (session.value.kind === 'known' ? session.value.session.user : null));
export const isOperator = computed(() => user.value?.role === 'operator');

setHandlers({
  csrf: () => (session.value.kind === 'known' ? (session.value.session.csrf ?? undefined) : undefined),
  // Once: it does not matter how many calls were refused at the same time.
  signedOut: () => user.value !== null && loadSession(),
});

export function takeSession(taken: Session): void {
  session.value = { kind: 'known', session: taken };
  if (taken.user) startEvents();
  else stopEvents();
}

/** Asks who is signed in. Where the service cannot be reached, the page says so and offers to ask again. */
export function loadSession(): void {
  call('getSession', {}).then(takeSession, (error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    session.value = { kind: 'unreachable', error };
  });
}

export async function signOut(): Promise<void> {
  await call('signOut', {});
  loadSession();
}
