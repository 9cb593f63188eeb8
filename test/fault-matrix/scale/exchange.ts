import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TwinsReply, TwinsRequest } from './twins-process.ts';

/** Asks the process of the twins. Rejects if it ends before it answers. */
export async function askTwins(twins: ChildProcess, request: TwinsRequest): Promise<TwinsReply> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error('The process of the twins ended before it answered.'));
  twins.once('exit', onExit);
  twins.send(request);
  try {
    const [reply] = await once(twins, 'message', { signal: ended.signal });
    // What twins-process.ts sends.
    return reply as TwinsReply;
  } finally {
    twins.off('exit', onExit);
  }
}
