/** Wrong: the same case is answered otherwise each second time. */
import { reply, serve } from './serve.ts';

await serve({
  run(id, _answer, asked) {
    if (asked % 2 === 1) return true;
    reply(id, { observation: { fault: 0x09 } });
    return false;
  },
});
