/** Wrong: everything was well until bye, and then a sanitizer found a leak. */
import { serve } from './serve.ts';

await serve({
  bye() {
    console.error('1 allocation leaked');
    process.exit(23);
  },
});
