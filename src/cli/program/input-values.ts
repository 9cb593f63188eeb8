/** Inputs by name: what turns what the parser found into values of these types. */
export type Inputs<V> = { readonly [K in keyof V]: { read(given: unknown): V[K] } };

/** Values by name, as a command gets them. What was not given and has no default is left out. */
export type InputValues<V> = {
  readonly [K in keyof V as undefined extends V[K] ? never : K]: V[K];
} & {
  readonly [K in keyof V as undefined extends V[K] ? K : never]?: Exclude<V[K], undefined>;
};

/** Reads every input; a command that declares none has no values. Names that no input has are ignored. */
export function readInputs<V>(inputs: Inputs<V> | undefined, given: Readonly<Record<string, unknown>>): InputValues<V> {
  const values: object = {};
  for (const name in inputs) {
    const value = inputs[name].read(given[name]);
    if (value !== undefined) Object.assign(values, { [name]: value });
  }
  if (!hasEvery(inputs, given, values)) throw new TypeError('Not every option was read.');
  return values;
}

/** The compiler cannot follow types from name to name through a loop: this states what the loop has done. */
function hasEvery<V>(
  inputs: Inputs<V> | undefined,
  given: Readonly<Record<string, unknown>>,
  values: object,
): values is InputValues<V> {
  for (const name in inputs) if (!(name in values) && inputs[name].read(given[name]) !== undefined) return false;
  return true;
}
