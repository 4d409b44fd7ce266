/** What `check --vectors` and `check --quick` ask instead of cases that they draw. */

import path from 'node:path';
import { readVectorFolder, type VectorCases } from '../../adapters/answers/vector-folder.ts';
import { OpenError } from '../../adapters/open-error.ts';
import { type Area, areas, type Case, corpusSchema } from '../../spec/schema.ts';
import type { CheckArguments } from '../commands/check.ts';
import { wrongUse } from '../exit.ts';
import { packageRoot } from '../package-root.ts';
import { readJsonFile } from '../read-file.ts';
import type { CheckOptions } from './check.ts';

export interface StoredCases {
  /** Stands for them in a result, where a seed stands for drawn ones. */
  readonly seed: string;
  /** As a report names them. */
  readonly title: string;
  readonly request: Pick<CheckOptions, 'areas' | 'given' | 'vectors'> & { readonly runs: number };
}

const QUICK = 'quick corpus';
/** Drawn after it: profiles of their own are not those of the stored cases. */
const QUICK_RUNS = 256;

/** Undefined without `--vectors`; answers that were given elsewhere need it. */
export function storedCases({ vectors, quick, area, impl }: CheckArguments): StoredCases | undefined {
  if (quick && !impl.startsWith('answers:')) {
    const given = (area ?? areas).flatMap(quickCorpus);
    return {
      seed: QUICK,
      title: QUICK,
      request: { ...(area ? { areas: area } : {}), given, runs: QUICK_RUNS },
    };
  }
  if (vectors === undefined) {
    if (!impl.startsWith('answers:')) return undefined;
    throw wrongUse(`--impl ${impl} needs --vectors DIR: the folder of the vectors that it answers`);
  }
  const files = read(vectors, area);
  const seed = [...new Set(files.map(({ seed }) => seed))].join(', ');
  return {
    seed,
    title: `vectors of seed ${seed}`,
    request: {
      areas: files.map((file) => file.area),
      given: files.flatMap(({ cases }) => [...cases.values()]),
      vectors,
      runs: 0,
    },
  };
}

/** The cases of an area that together show every known bug of it. */
function quickCorpus(area: Area): readonly Case[] {
  const file = path.join(packageRoot, 'corpus', `${area}.json`);
  return readJsonFile(file, corpusSchema, 'quick corpus').cases.map((one) => one.case);
}

function read(folder: string, areas: readonly Area[] | undefined): readonly VectorCases[] {
  try {
    return readVectorFolder(folder, areas);
  } catch (error) {
    throw error instanceof OpenError ? wrongUse(error.message) : error;
  }
}
