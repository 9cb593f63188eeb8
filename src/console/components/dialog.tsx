import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  /** From the side, as high as the window. */
  readonly isDrawer?: boolean;
  onClose(): void;
  readonly children: ComponentChildren;
}

/** A modal dialog of the browser: it keeps the focus within, closes with Escape, and gives the focus back. */
export function Dialog({ title, isDrawer = false, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  // Whether it closes is decided by who opened it: not while an act is in progress.
  function cancel(event: Event): void {
    event.preventDefault();
    onClose();
  }
  return (
    <dialog ref={element} class={isDrawer ? 'drawer' : ''} aria-labelledby={id} onCancel={cancel}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button small plain" onClick={onClose}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}
