/** Wrong: it does not want to be asked. */
import { reply, serve } from './serve.ts';

await serve({
  hello(id) {
    reply(id, { error: 'I speak version 2' });
    return false;
  },
});
