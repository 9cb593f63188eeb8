import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { isOperator } from '../session.ts';
import { announce } from './announcer.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './notes.tsx';

interface Confirmation {
  readonly title: string;
  /** What it will do. */
  readonly body: ComponentChildren;
  /** On the button that does it. Default: the label of the act. */
  readonly action?: string;
  readonly isDanger?: boolean;
}

interface Props {
  readonly label: string;
  readonly kind?: 'primary' | 'danger' | 'plain';
  readonly isSmall?: boolean;
  /** Why it cannot be done now, whoever asks. */
  readonly unavailable?: string | undefined;
  /** Acts that write say what they will do, and ask. Absent: the act writes nothing. */
  readonly confirm?: Confirmation;
  /** Returns what to say when it is done. */
  run(): Promise<string>;
}

const viewerReason = 'Only operators may do this, and you are signed in as a viewer.';

/** An act: who may not do it sees it with the reason; who may is asked first, and learns what came of it. */
export function Act({ label, kind, isSmall = false, unavailable, confirm, run }: Props) {
  const isOpen = useSignal(false);
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(undefined);
  const id = useId();
  const reason = isOperator.value ? unavailable : viewerReason;

  async function perform(): Promise<void> {
    isBusy.value = true;
    error.value = undefined;
    try {
      announce(await run());
      isOpen.value = false;
    } catch (caught) {
      error.value = caught;
    } finally {
      isBusy.value = false;
    }
  }

  function begin(): void {
    if (reason !== undefined || isBusy.value) return;
    error.value = undefined;
    if (confirm) isOpen.value = true;
    else perform();
  }

  function close(): void {
    if (!isBusy.value) isOpen.value = false;
  }

  return (
    <>
      <button
        type="button"
        class={`button ${kind ?? ''} ${isSmall ? 'small' : ''}`}
        aria-disabled={reason !== undefined || isBusy.value}
        aria-describedby={reason === undefined ? undefined : id}
        title={reason}
        onClick={begin}
      >
        {isBusy.value && !isOpen.value ? 'Working …' : label}
      </button>
      {reason !== undefined && (
        <span id={id} class="visually-hidden">
          {reason}
        </span>
      )}
      {!confirm && error.value !== undefined && <ErrorNote error={error.value} />}
      {confirm && isOpen.value && (
        <Dialog title={confirm.title} onClose={close}>
          <div class="stack">
            <div>{confirm.body}</div>
            {error.value !== undefined && <ErrorNote error={error.value} />}
            <div class="row end">
              <button type="button" class="button" disabled={isBusy.value} onClick={close}>
                Cancel
              </button>
              <button
                type="button"
                class={`button ${confirm.isDanger ? 'danger' : 'primary'}`}
                disabled={isBusy.value}
                onClick={perform}
              >
                {isBusy.value ? 'Working …' : (confirm.action ?? label)}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
