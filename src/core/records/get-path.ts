const part = /\[\s*"([^"]*)"\s*\]|\[\s*'([^']*)'\s*\]|([^.[\]]+)/g;

/** The names of a path such as `lines[0].id`. A name that holds a dot is quoted in brackets: `meta["odata.next"]`. */
export function pathOf(text: string): readonly string[] {
  return [...text.matchAll(part)].map(([, double, single, plain]) => double ?? single ?? plain ?? '');
}

/**
 * The value at a path of names joined by dots, such as `meta.next`. Undefined where there is none. A name at the top that is
 * the whole path goes before: `@odata.nextLink` needs no quotes.
 */
export function getPath(data: unknown, path: string, names = pathOf(path)): unknown {
  return isObject(data) && Object.hasOwn(data, path) ? Reflect.get(data, path) : follow(data, names);
}

/** Whether null stands at the path, or on the way to it, except for the whole: APIs say so that there is nothing. */
export function isNullAt(data: unknown, path: string): boolean {
  const names = pathOf(path);
  return (
    getPath(data, path) === null ||
    names.some((_, length) => length > 0 && follow(data, names.slice(0, length)) === null)
  );
}

function follow(data: unknown, names: readonly string[]): unknown {
  let at = data;
  for (const name of names) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
