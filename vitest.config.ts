import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A connector's imports of rolodesk/… mean this source, not what was built of it.
  ssr: { resolve: { conditions: ['rolodesk-source', 'node', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // One more than there are cores: a good part of a test's time is waiting for processes and sockets.
    maxWorkers: availableParallelism() + 1,
    // Files share a process one after another: what each loads, all have loaded. None leaves anything of its own behind.
    isolate: false,
  },
});
