import type { ComponentChildren } from 'preact';

type Pair = readonly [name: string, value: ComponentChildren];

/** Numbers side by side, each under its name. */
export function Facts({ of }: { readonly of: readonly Pair[] }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Names and values, one pair a line. */
export function Pairs({ of }: { readonly of: readonly Pair[] }) {
  return (
    <dl class="pairs">
      {of.map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
    </dl>
  );
}
