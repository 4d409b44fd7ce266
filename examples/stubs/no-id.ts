/** Wrong: the reply says what was observed and not which request it answers. */
import { say, serve } from './serve.ts';

await serve({
  run(_id, answer) {
    say(`${JSON.stringify(answer)}\n`);
    return false;
  },
});
