import { assert } from '../assert.ts';
import { assertAll, createSnapshot, readInto } from '../reading.ts';
import type { Check } from './check.ts';

const together = 5;

/** However many requests meet an expired token, there is one refresh, and what it gave outlives the process. */
export const refreshesOnce: Check = {
  name: 'refreshes an expired token once',
  pages: 3,
  lacks({ twin: { expireTokens, tokensGiven } }) {
    return expireTokens && tokensGiven && (tokensGiven() > 0 || tokensGiven() === 0)
      ? undefined
      : 'The twin has no expireTokens and tokensGiven.';
  },
  async run({ twin, open, context }) {
    const given = (): number => twin.tokensGiven?.() ?? 0;
    const source = open();
    await source.check(context());
    assert(given() > 0, 'The source asked for no token: if its credentials never expire, say so under skip.');
    let before = given();
    twin.expireTokens?.();
    await Promise.all(Array.from({ length: together }, () => source.check(context())));
    assert(given() === before + 1, `${together} calls met an expired token, and ${given() - before} were asked for.`);

    const snapshot = createSnapshot();
    let read = 0;
    for await (const page of source.read(undefined, context())) {
      snapshot.note(page);
      read += 1;
      if (read > 1) continue;
      before = given();
      twin.expireTokens?.();
    }
    assertAll(snapshot, twin.keys(), 'With a token that expired in the middle of a scan');
    assert(given() === before + 1, `A scan met one expired token, and asked for ${given() - before}.`);

    twin.expireTokens?.();
    before = given();
    await readInto(createSnapshot(), open(), { from: undefined, context: context() });
    assert(given() === before + 1, `A new process met one expired token, and asked for ${given() - before}.`);
  },
};
