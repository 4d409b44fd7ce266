/** Wrong: a reply that never ends. */
import { say, serve } from './serve.ts';

const part = 'x'.repeat(1 << 20);

await serve({
  run() {
    say(part);
    setInterval(() => say(part), 1);
    return false;
  },
});
