/** Wrong, in good form: it never sees that a bit is reserved. `doctor` has nothing to say, `check` has. */
import { reply, serve, valid } from './serve.ts';

await serve({
  run(id, answer) {
    if (!('observation' in answer) || answer.observation.fault !== 0x0a) return true;
    reply(id, valid('0x0'));
    return false;
  },
});
