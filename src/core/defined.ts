/** Members that may be undefined become members that may be absent: `exactOptionalPropertyTypes` distinguishes the two. */
type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its members that are undefined: `{ key, ...defined({ name, email }) }`. */
export function defined<const T extends object>(members: T): Defined<T>;
export function defined(members: Readonly<Record<string, unknown>>): object {
  const present: Record<string, unknown> = {};
  for (const name of Object.keys(members)) if (members[name] !== undefined) present[name] = members[name];
  return present;
}
