import { groups } from './matrix.ts';
import { createMeasures } from './run/measure.ts';

/** A case takes some seconds, where it does not say otherwise; one that is not done by then waits for what never comes. */
const maxCaseMs = 180_000;

/** What a worker says of a case: what is wrong with it, or nothing. */
export interface Decision {
  readonly name: string;
  readonly problem?: string;
}

/** Runs the cases whose names it is sent, until its parent hangs up. */
const cases = new Map(groups.flatMap((group) => group.cases).map((one) => [one.name, one]));
const measures = createMeasures();

// Cases in progress would go on for nobody.
process.once('disconnect', () => process.exit());
process.on('message', (name: string) => {
  const verdict = decide(name);
  verdict.then((said) => process.send?.(said));
});

async function decide(name: string): Promise<Decision> {
  try {
    const found = cases.get(name);
    if (!found) throw new Error('There is no such case.');
    await within(found.maxMs ?? maxCaseMs, found.decide(measures));
    return { name };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not end in ${ms / 1000} s.`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
