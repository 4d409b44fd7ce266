/** Wrong: it dies of a case, as of a failed assertion. */
import { serve } from './serve.ts';

await serve({
  run() {
    console.error('assertion failed: walk depth');
    process.kill(process.pid, 'SIGABRT');
    return false;
  },
});
