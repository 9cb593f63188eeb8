import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';

test('a sleep of more than the 24.8 days that a timer takes does not end at once', async () => {
  // Node says so when it sets such a timer to a millisecond.
  const warned = vi.spyOn(process, 'emitWarning');
  onTestFinished(() => warned.mockRestore());
  const controller = new AbortController();
  const sleep = systemClock.sleep(60 * 86_400_000, controller.signal);
  controller.abort(new Error('woken'));
  await expect(sleep).rejects.toThrow('woken');
  expect(warned).not.toHaveBeenCalled();
});
