import { createProcessTurns } from '../../../../src/core/service/turns/process-turns.ts';
import { createTestClock } from '../../../kit/test-clock.ts';
import { testTurns } from '../../../kit/turns/test-turns.ts';

testTurns('turns of one process', {
  workers: 1,
  create() {
    const clock = createTestClock({ moves: 'by-hand' });
    return {
      open: async (id) => createProcessTurns({ clock, worker: { id, host: 'here', version: '1' } }),
      close: async () => undefined,
      pass: (ms) => clock.play(ms),
    };
  },
});
