/** Resolves as soon as it holds: for what another process does, seen from outside. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((next) => setTimeout(next, 1));
}
