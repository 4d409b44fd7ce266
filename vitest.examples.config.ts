/** `npm run test:examples`: what needs Python and the built C example. `npm test` needs neither. */
import { defineConfig } from 'vitest/config';
import { timeLimits } from './vitest.time-limits.ts';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['examples/**/*.examples.test.ts'],
    pool: 'threads',
    ...timeLimits,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
