/** Wrong: it does not end when it is told to. */
import { hang, serve } from './serve.ts';

await serve({ bye: hang });
