import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { call, urlOf } from '../api/call.ts';
import type { Session } from '../api/types.ts';
import { ErrorNote, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { navigate, place } from '../router.ts';
import { takeSession } from '../session.ts';

/** Signs in by the one-time link, which stands behind # in the address, by a token, or at an identity provider. */
export function SignInPage({ signIn }: { readonly signIn: Session['signIn'] }) {
  const error = useSignal<unknown>(undefined);
  const isBusy = useSignal(false);

  async function enter(signing: Promise<Session>): Promise<void> {
    isBusy.value = true;
    error.value = undefined;
    try {
      takeSession(await signing);
      if (place.value.path === '/sign-in') navigate('/', { replace: true });
    } catch (caught) {
      error.value = caught;
    } finally {
      isBusy.value = false;
    }
  }

  useEffect(() => {
    const link = window.location.hash.slice(1);
    if (link === '') return;
    // Used once: it stays neither in the address nor in the history.
    history.replaceState(null, '', window.location.pathname);
    enter(call('signInByLink', { body: { link } }));
  }, []);

  return (
    <>
      <PageHead title="Sign in" lead="The console of Rolodesk" />
      <div class="stack card">
        {error.value !== undefined && <ErrorNote error={error.value} />}
        {isBusy.value && <p role="status">Signing in …</p>}
        {signIn.includes('link') && (
          <Note tone="accent" title="With a one-time link">
            <p>
              Run <code>rolodesk console</code> on the machine of the service, and open the link that it prints. A link
              works once, for ten minutes.
            </p>
          </Note>
        )}
        {signIn.includes('oidc') && (
          <div>
            <a class="button primary" href={urlOf('startOidc')} target="_self">
              Sign in with your organization
            </a>
          </div>
        )}
        {signIn.includes('token') && (
          <TokenForm isBusy={isBusy.value} onToken={(token) => enter(call('signInByToken', { body: { token } }))} />
        )}
        {signIn.includes('proxy') && (
          <Note title="Through your proxy">
            <p>Open this page at the address of the proxy: it says who you are.</p>
          </Note>
        )}
      </div>
    </>
  );
}

function TokenForm({ isBusy, onToken }: { readonly isBusy: boolean; onToken(token: string): void }) {
  const token = useSignal('');
  const id = useId();
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token.value);
      }}
    >
      <div class="field">
        <label for={id}>Token</label>
        <input
          id={id}
          type="password"
          autocomplete="current-password"
          required
          value={token.value}
          onInput={({ currentTarget }) => (token.value = currentTarget.value)}
        />
        <p class="hint">One of console.auth.tokens of the configuration.</p>
      </div>
      <div>
        <button type="submit" class="button primary" disabled={isBusy}>
          Sign in
        </button>
      </div>
    </form>
  );
}
