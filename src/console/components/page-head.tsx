import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { place } from '../router.ts';

interface Props {
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** Acts on the whole page. */
  readonly children?: ComponentChildren;
}

let shownPath: string | undefined;

/** The title of a page. After a step to another page it takes the focus, as a page that is loaded would. */
export function PageHead({ title, lead, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { path } = place.value;
  useEffect(() => {
    document.title = title === 'Rolodesk' ? title : `${title} – Rolodesk`;
  }, [title]);
  useEffect(() => {
    if (shownPath !== undefined && shownPath !== path) heading.current?.focus({ preventScroll: true });
    shownPath = path;
  }, [path]);
  return (
    <div class="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p class="soft">{lead}</p>}
      </div>
      {children !== undefined && <div class="row">{children}</div>}
    </div>
  );
}
