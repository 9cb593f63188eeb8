import { AuthError, TransientError } from '../domain/errors.ts';

/** A code works once: where the reply to it got lost, nobody can say whether it was taken, and only a new one helps. */
export async function exchangeOnce<T>(title: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TransientError) || error.effect !== 'unknown') throw error;
    throw new AuthError(`${title} did not answer when the code was exchanged, and a code works once.`, {
      code: 'exchange-lost',
      cause: error,
      hint: 'Run the command again and sign in once more.',
    });
  }
}
