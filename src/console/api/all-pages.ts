import { useEffect, useState } from 'preact/hooks';
import { type Resource, useResource } from './resource.ts';
import type { Event, KeysetPage } from './types.ts';

interface Options<Row> {
  readonly key: string;
  load(cursor: string | undefined, signal: AbortSignal): Promise<KeysetPage<Row>>;
  isStale?(event: Event): boolean;
}

/** A list that grows by a page when somebody asks for more. */
export function useAllPages<Row>({ key, load, isStale }: Options<Row>): {
  readonly resource: Resource<readonly Row[]>;
  readonly more: (() => void) | undefined;
} {
  const [pages, setPages] = useState(1);
  useEffect(() => setPages(1), [key]);
  const listed = useResource<{ readonly rows: readonly Row[]; readonly hasMore: boolean }>({
    key: `${key} ${pages}`,
    ...(isStale && { isStale }),
    async load(signal) {
      const rows: Row[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pages; page += 1) {
        const { items, next } = await load(cursor, signal);
        rows.push(...items);
        if (next === null) return { rows, hasMore: false };
        cursor = next;
      }
      return { rows, hasMore: true };
    },
  });
  const { value, error, reload } = listed;
  return {
    resource: { value: value?.rows, error, reload },
    more: value?.hasMore ? () => setPages(pages + 1) : undefined,
  };
}
