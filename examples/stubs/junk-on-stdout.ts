/** Wrong: what was printed to find a bug is still there, on stdout instead of stderr. */
import { say, serve } from './serve.ts';

await serve({
  run() {
    say('walking level 3\u001b[2J\n');
    return true;
  },
});
