/** `npm run test:qemu`: tests that start a real QEMU binary, one file after the other. */
import { defineConfig } from 'vitest/config';
import { timeLimits } from './vitest.time-limits.ts';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['**/*.qemu.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.cache/**'],
    pool: 'threads',
    fileParallelism: false,
    ...timeLimits,
    passWithNoTests: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
