import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Skeleton } from './loaded.tsx';

/** A part of a page that is loaded when it is shown. Without it the page is of use, too: `failed` says what is missing. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { failed }: { readonly failed: string },
): ComponentType<Props> {
  return function LazyPart(props: Props) {
    const [part, setPart] = useState<{ readonly Part?: ComponentType<Props>; readonly isBroken?: boolean }>({});
    useEffect(() => {
      load().then(
        (Part) => setPart({ Part }),
        () => setPart({ isBroken: true }),
      );
    }, []);
    if (part.isBroken) return <p class="soft">{failed}</p>;
    return part.Part ? <part.Part {...props} /> : <Skeleton />;
  };
}
