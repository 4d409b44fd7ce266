/** Wrong: a 64-bit value as a JSON number, which can hold 53 bits. */
import { reply, serve, valid } from './serve.ts';

await serve({
  run(id) {
    reply(id, valid(0x1000));
    return false;
  },
});
