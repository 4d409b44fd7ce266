/** Wrong: replies wait in a buffer that is written when it is full, as stdout to a pipe is when nobody flushes. */
import { replyLine, say, serve } from './serve.ts';

let buffer = '';

await serve({
  run(id, answer) {
    buffer += replyLine(id, answer);
    if (buffer.length < 65_536) return false;
    say(buffer);
    buffer = '';
    return false;
  },
});
