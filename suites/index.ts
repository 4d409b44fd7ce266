/** The suites of all areas, in the order of the schema. */
import { areas } from '../spec/schema.ts';
import type { AreaSuite } from './core/area-suite.ts';
import { suiteOf } from './suite-of.ts';

export const suites: readonly AreaSuite[] = await Promise.all(areas.map(suiteOf));
