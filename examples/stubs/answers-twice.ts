/** Wrong: two replies to one request. */
import { reply, serve } from './serve.ts';

await serve({
  run(id, answer) {
    reply(id, answer);
    return true;
  },
});
