/** `npm run coverage`: which branches of the two models the searches and the models' own tests go through. */
import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    ...tests.test,
    include: ['suites/*/conformance.test.ts', 'models/{reference,optimized}/**/*.test.ts'],
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['models/{reference,optimized}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.fixture.ts'],
      reporter: ['text', 'json'],
    },
  },
});
