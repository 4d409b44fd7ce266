/** `npm test`: everything that needs no emulator. Tests of real binaries run by `npm run test:qemu`. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { timeLimits } from './vitest.time-limits.ts';

/**
 * Files that take longest, though some are short to read: Vitest begins with the largest where it has not measured
 * them, and would end with one thread at work on these.
 */
const longest =
  /\/(conformance|command|shared-out|interrupted|examine-process|kill|correct-variants)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { long = [], others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      longest.test(moduleId) ? 'long' : 'others',
    );
    return [...long, ...others];
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      'node_modules/**',
      'dist/**',
      '.cache/**',
      '**/*.qemu.test.ts',
      '**/*.examples.test.ts',
      '**/*.browser.test.ts',
    ],
    pool: 'threads',
    // By default a core is left alone: on two that is half of the machine.
    maxWorkers: '100%',
    ...timeLimits,
    // Nothing is mocked and models keep no state of a case: a thread may go on with the next file, warm.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // The files run as Node runs them: no transform stands between the models and their speed.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
