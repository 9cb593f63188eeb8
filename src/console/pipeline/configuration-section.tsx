import { call } from '../api/call.ts';
import { useResource } from '../api/resource.ts';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';

/** The configuration as it was read, without anything private, and when it changed. */
export function ConfigurationSection({ pipeline }: { readonly pipeline: string }) {
  const configuration = useResource({
    key: pipeline,
    load: (signal) => call('getConfiguration', { path: { pipeline }, signal }),
    isStale: ({ kind }) => kind === 'configurations',
  });
  return (
    <section aria-label="Configuration">
      <h2>Configuration</h2>
      <Loaded of={configuration} skeleton={<Skeleton lines={4} />}>
        {({ label, masked, changes }) => (
          <>
            <p class="soft">
              {label}, as it was read. Secrets, names and addresses are left out.{' '}
              {changes.length === 0 && 'It has not changed since the service began.'}
            </p>
            {changes.length > 0 && (
              <ul>
                {changes.map(({ at, keys }) => (
                  <li key={at}>
                    <Moment at={at} />: {keys.join(', ')}
                  </li>
                ))}
              </ul>
            )}
            <details>
              <summary>Show the configuration</summary>
              <pre class="card">{JSON.stringify(masked, null, 2)}</pre>
            </details>
          </>
        )}
      </Loaded>
    </section>
  );
}
