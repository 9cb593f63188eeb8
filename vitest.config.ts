import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begun last, they would keep one core busy when the others have nothing left: most of them start processes. */
const longest = [/crash\.test/, /interrupts|undo-edges|write-a-connector|package/, /guarantees|conformance/];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => name.test(relative(import.meta.dirname, moduleId)));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // Node reads TypeScript as it is: nothing is transformed, and what the tests run is what the command line runs.
    experimental: { viteModuleRunner: false },
    // A connector's imports of rolodesk/… mean this source, not what was built of it.
    execArgv: ['--conditions=rolodesk-source', '--disable-warning=ExperimentalWarning'],
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/kit/processes/bundle-cli.ts',
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // One more than there are cores: a good part of a test's time is waiting for processes and sockets.
    maxWorkers: availableParallelism() + 1,
    // Files share a process one after another: what each loads, all have loaded. None leaves anything of its own behind.
    isolate: false,
  },
});
