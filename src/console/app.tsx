import { useEffect } from 'preact/hooks';
import { Announcer } from './components/announcer.tsx';
import { Chrome } from './components/chrome.tsx';
import { Skeleton } from './components/loaded.tsx';
import { ErrorNote } from './components/notes.tsx';
import { PageHead } from './components/page-head.tsx';
import { Pages } from './pages.tsx';
import { loadSession, session } from './session.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';

const retryMs = 5_000;

export function App() {
  return (
    <>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <Chrome />
      <main id="page" tabIndex={-1}>
        <Content />
      </main>
      <Announcer />
    </>
  );
}

function Content() {
  const state = session.value;
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'unreachable':
      return <Unreachable error={state.error} />;
    case 'known':
      return state.session.user ? <Pages /> : <SignInPage signIn={state.session.signIn} />;
    default:
      return state satisfies never;
  }
}

function Unreachable({ error }: { readonly error: unknown }) {
  useEffect(() => {
    const timer = setInterval(loadSession, retryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <PageHead title="Rolodesk" />
      <ErrorNote error={error} onRetry={loadSession} />
    </>
  );
}
