/** Wrong: `crashes-at-nth.ts N` dies of the Nth case, whichever it is: memory runs out, say. */
import { serve } from './serve.ts';

const last = Number(process.argv[2]);

await serve(
  {
    run(_id, _answer, asked) {
      if (asked === last) process.kill(process.pid, 'SIGKILL');
      return asked !== last;
    },
  },
  () => true,
);
