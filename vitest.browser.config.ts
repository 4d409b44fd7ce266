/** `npm run test:browser`: what a real browser makes of a report. `npm test` needs none. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['**/*.browser.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.cache/**'],
    pool: 'threads',
    // For what is stuck; a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
