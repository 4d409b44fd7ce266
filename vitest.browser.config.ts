/** `npm run test:browser`: what a real browser makes of a report. `npm test` needs none. */
import { defineConfig } from 'vitest/config';
import { timeLimits } from './vitest.time-limits.ts';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['**/*.browser.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.cache/**'],
    pool: 'threads',
    ...timeLimits,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
