import { useEffect, useRef } from 'preact/hooks';
import type { Suggestions } from './completion.ts';
import { createEditor } from './editor.ts';

interface Props {
  readonly label: string;
  /** What it begins with. */
  readonly text: string;
  onChange(text: string): void;
  suggest(text: string, offset: number): Suggestions | undefined;
}

export function EditorField({ label, text, onChange, suggest }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ onChange, suggest });
  latest.current = { onChange, suggest };
  useEffect(() => {
    if (!host.current) return;
    const editor = createEditor({
      host: host.current,
      label,
      text,
      onChange: (changed) => latest.current.onChange(changed),
      suggest: (typed, offset) => latest.current.suggest(typed, offset),
    });
    return () => editor.close();
  }, []);
  return <div ref={host} class="editor" />;
}
