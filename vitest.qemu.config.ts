/** `npm run test:qemu`: tests that start a real QEMU binary, one file after the other. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['**/*.qemu.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.cache/**'],
    pool: 'threads',
    fileParallelism: false,
    testTimeout: 60_000,
    passWithNoTests: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
