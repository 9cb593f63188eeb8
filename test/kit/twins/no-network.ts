import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

/**
 * For test files in which nock plays the other side: nothing else is reached, and nothing that was set up stays unasked.
 * Other files run in the same process, over real sockets: nock is out of their way.
 */
export function withoutNetwork({ but }: { readonly but?: string } = {}): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
  });
  beforeEach(() => {
    nock.disableNetConnect();
    if (but !== undefined) nock.enableNetConnect(but);
  });
  afterEach(() => {
    const left = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    expect(left).toEqual([]);
  });
  afterAll(() => nock.restore());
}
