import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** Called when nothing was typed for a moment. */
  onSearch(text: string): void;
}

const quietMs = 250;

export function SearchField({ label, hint, value, onSearch }: Props) {
  const id = useId();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div class="field grow">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        placeholder={hint}
        maxLength={200}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onSearch(currentTarget.value.trim()), quietMs);
        }}
      />
    </div>
  );
}
