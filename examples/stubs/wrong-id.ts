/** Wrong: the reply has an id that nobody asked. */
import { reply, serve } from './serve.ts';

await serve({
  run(id, answer) {
    reply(id + 1000, answer);
    return false;
  },
});
