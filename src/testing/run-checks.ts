/** `test` of vitest, node:test, Jest, Bun or any runner that calls a test by its name. */
export interface TestFunction {
  (name: string, run: () => Promise<void>): unknown;
  readonly skip: (name: string, run: () => Promise<void>) => unknown;
}

export interface NamedCheck {
  readonly name: string;
  run(): Promise<void>;
}

/** Name of a check, or the part of it before a colon → why it does not apply. */
export type Skips = Readonly<Record<string, string>>;

/** Makes a test of each check. A skipped one is listed with its reason. Throws for a skip that names no check. */
export function runChecks({
  test,
  skip,
  checks,
}: {
  readonly test: TestFunction;
  readonly skip: Skips;
  readonly checks: readonly NamedCheck[];
}): void {
  for (const [skipped, reason] of Object.entries(skip)) {
    if (!checks.some(({ name }) => isNamed(name, skipped)))
      throw new Error(`skip: there is no check "${skipped}". Checks: ${checks.map(({ name }) => name).join('; ')}.`);
    if (reason.trim() === '') throw new Error(`skip: say why "${skipped}" does not apply.`);
  }
  for (const { name, run } of checks) {
    const reason = Object.entries(skip).find(([skipped]) => isNamed(name, skipped))?.[1];
    if (reason === undefined) test(name, run);
    else test.skip(`${name} (does not apply: ${reason})`, run);
  }
}

function isNamed(name: string, skipped: string): boolean {
  return name === skipped || name.startsWith(`${skipped}: `);
}
