/** `METHOD /path` with ids written as `{id}`: how requests are counted and named. */
export function routeOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path.replaceAll(/\/(\d+|V3-[0-9a-f]+)(?=\/|$|\.)/g, '/{id}')}`;
}
