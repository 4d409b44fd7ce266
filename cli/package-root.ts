/** The folder of package.json: above the sources, or above `dist` in the published package. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** False in the published package, which is compiled. */
export const isSource = path.extname(here) === '.ts';
export const packageRoot = path.resolve(path.dirname(here), isSource ? '..' : '../..');
