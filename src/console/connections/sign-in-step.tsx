import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { call } from '../api/call.ts';
import type { Task } from '../api/types.ts';
import { Act } from '../components/act.tsx';

interface Props {
  readonly task: string;
  readonly signIn: NonNullable<Task['signIn']>;
}

/** The step that only a person can do: sign in at the other side. */
export function SignInStep({ task, signIn: { url, redirectUri, register } }: Props) {
  const address = useSignal('');
  const id = useId();
  return (
    <section class="note accent" aria-label="Sign-in">
      <h2>Sign in at the other side</h2>
      <p>Open the page, sign in, and allow the access. This page continues by itself when that is done.</p>
      <div class="row">
        {/^https?:\/\//.test(url) && (
          <a class="button primary" href={url} target="_blank" rel="noreferrer noopener">
            Open the sign-in<span class="visually-hidden"> (opens another window)</span>
          </a>
        )}
        <Act
          label="Cancel"
          kind="plain"
          run={async () => {
            await call('cancelTask', { path: { task } });
            return 'The sign-in was cancelled';
          }}
        />
      </div>
      <details>
        <summary>The other window shows an error, or does not come back</summary>
        <p>
          This redirect address must be registered, exactly so: <code>{redirectUri}</code>
        </p>
        <p class="soft">{register}</p>
        <div class="field">
          <label for={id}>The whole address at which the other window ended</label>
          <input
            id={id}
            value={address.value}
            onInput={({ currentTarget }) => (address.value = currentTarget.value.trim())}
          />
        </div>
        <Act
          label="Finish with this address"
          unavailable={address.value === '' ? 'Paste the address first.' : undefined}
          run={async () => {
            await call('finishConnect', { path: { task }, body: { address: address.value } });
            return 'The address was sent';
          }}
        />
      </details>
    </section>
  );
}
