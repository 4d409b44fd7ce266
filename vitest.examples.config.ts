/** `npm run test:examples`: what needs Python and the built C example. `npm test` needs neither. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['examples/**/*.examples.test.ts'],
    pool: 'threads',
    // For what is stuck; a busy machine is no failure.
    testTimeout: 900_000,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
