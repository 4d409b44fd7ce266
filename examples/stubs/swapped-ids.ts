/** Wrong: of two cases that are in flight together each gets the answer of the other. */
import { type Answer, reply, serve } from './serve.ts';

let waiting: { readonly id: number; readonly answer: Answer } | undefined;

await serve({
  run(id, answer) {
    if (waiting) {
      reply(waiting.id, answer);
      reply(id, waiting.answer);
      waiting = undefined;
      return false;
    }
    waiting = { id, answer };
    setTimeout(() => {
      if (waiting?.id !== id) return;
      reply(id, answer);
      waiting = undefined;
    }, 20);
    return false;
  },
});
