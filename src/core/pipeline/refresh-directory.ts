import type { Run } from './run-state.ts';

/** Brings the directory (the local copy of the destination's users) up to date before any decision. */
export async function refreshDirectory<T, P>(run: Pick<Run<T, P>, 'pipeline' | 'reading' | 'progress'>): Promise<void> {
  const { store, sink, id, onFailpoint } = run.pipeline;
  let users = 0;
  run.progress('directory', users);
  await sink.refresh(
    {
      head: await store.directory(id),
      clear: () => store.clearDirectory(id),
      save: async (changes) => {
        await store.apply(id, changes);
        onFailpoint?.('directory-saved');
        users += changes.users?.length ?? 0;
        run.progress('directory', users);
      },
    },
    run.reading,
  );
}
