import PQueue from 'p-queue';

/** How many single calls one batch has in flight at once; the rate limiter decides when they are sent. */
const concurrency = 10;

/** Results in the order of the inputs. The first failure ends it, after the calls in flight have ended. */
export async function inParallel<A, B>(inputs: readonly A[], work: (input: A) => Promise<B>): Promise<readonly B[]> {
  const queue = new PQueue({ concurrency });
  const results = await Promise.allSettled(inputs.map((input) => queue.add(() => work(input))));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
