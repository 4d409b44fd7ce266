/** A right one too: it answers what came together the other way round. */
import { replyLine, say, serve } from './serve.ts';

const held: string[] = [];

await serve({
  run(id, answer) {
    if (held.length === 0) setTimeout(() => say(held.splice(0).reverse().join('')), 2);
    held.push(replyLine(id, answer));
    return false;
  },
});
