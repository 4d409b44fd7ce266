/** A right one: it conforms. */
import { serve } from './serve.ts';

await serve();
