/** What `check --vectors` asks instead of cases that it draws. */

import { readVectorFolder, type VectorCases } from '../../adapters/answers/vector-folder.ts';
import { OpenError } from '../../adapters/open-error.ts';
import type { Area } from '../../spec/schema.ts';
import type { CheckArguments } from '../commands/check.ts';
import { wrongUse } from '../exit.ts';
import type { CheckOptions } from './check.ts';

export interface StoredCases {
  readonly seed: string;
  readonly request: Required<Pick<CheckOptions, 'areas' | 'given' | 'vectors' | 'runs'>>;
}

/** Undefined without `--vectors`; answers that were given elsewhere need it. */
export function storedCases({ vectors, area, impl }: CheckArguments): StoredCases | undefined {
  if (vectors === undefined) {
    if (!impl.startsWith('answers:')) return undefined;
    throw wrongUse(`--impl ${impl} needs --vectors DIR: the folder of the vectors that it answers`);
  }
  const files = read(vectors, area);
  return {
    seed: [...new Set(files.map(({ seed }) => seed))].join(', '),
    request: {
      areas: files.map((file) => file.area),
      given: files.flatMap(({ cases }) => [...cases.values()]),
      vectors,
      runs: 0,
    },
  };
}

function read(folder: string, areas: readonly Area[] | undefined): readonly VectorCases[] {
  try {
    return readVectorFolder(folder, areas);
  } catch (error) {
    throw error instanceof OpenError ? wrongUse(error.message) : error;
  }
}
