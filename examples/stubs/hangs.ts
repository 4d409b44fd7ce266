/** Wrong: it waits for ever for something. */
import { hang, serve } from './serve.ts';

await serve({ run: hang });
