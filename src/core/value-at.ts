/** The value at a path of names joined by dots, such as `meta.next` or `lines[0].id`. Undefined where there is none. */
export function valueAt(data: unknown, path: string): unknown {
  let at = data;
  for (const name of path.split(/[.[\]]+/)) {
    if (name === '') continue;
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}
