/** The two models that are mutated, each judged by the other. */
import { entrances } from '../models/faulty/load.ts';
import type { Area } from '../spec/schema.ts';

export type TargetName = 'optimized' | 'reference';

export interface Target {
  readonly folder: string;
  /** What is loaded anew with a mutant of the area. */
  entryOf(area: Area): string;
  /** Of the cases that a search of the area asks by default, one in so many: judging costs more than answering. */
  readonly oneIn: number;
}

export const targets: Readonly<Record<TargetName, Target>> = {
  optimized: {
    folder: 'models/optimized/',
    entryOf: (area) => `models/optimized/${entrances[area][0]}`,
    oneIn: 1,
  },
  reference: {
    folder: 'models/reference/',
    entryOf: (area) => `suites/${area}/suite.ts`,
    oneIn: 4,
  },
};
