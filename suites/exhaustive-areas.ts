/** The areas with a bounded exhaustive mode (`exhaustive` of their suites). */
import type { Area } from '../spec/schema.ts';

export const exhaustiveAreas: readonly Area[] = ['domain-replace'];
