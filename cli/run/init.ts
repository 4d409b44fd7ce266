/**
 * The action of `init`: copies the files of a skeleton, which are real files under examples/, and leaves out
 * what belongs to other areas than those that are wanted.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileProblem } from '../../adapters/file-problem.ts';
import { shellCommand } from '../../reports/shell-command.ts';
import type { Area } from '../../spec/schema.ts';
import type { Language } from '../commands/init.ts';
import { wrongUse } from '../exit.ts';
import { makeFolder, refuseNoFolder } from '../make-folder.ts';
import { packageRoot } from '../package-root.ts';
import { ownCommand } from './shell-command.ts';
import { areasOf, skeletonFor } from './skeleton.ts';

interface Skeleton {
  /** Relative to the package; a file keeps its name. */
  readonly files: readonly string[];
  /** The file that the user goes on with. */
  readonly yours: string;
  /** What `--impl` takes. */
  readonly spec: (folder: string) => string;
  /** The command that has to be run before. */
  readonly build?: (folder: string) => string;
}

const skeletons: Readonly<Record<Language, Skeleton>> = {
  c: {
    files: [
      ...['main.c', 'json.c', 'json.h', 'adapter.h'].map((name) => `examples/c/${name}`),
      ...['Makefile', 'answers.c'].map((name) => `examples/skeletons/c/${name}`),
    ],
    yours: 'answers.c',
    spec: (folder) => `process:${word(inside(folder, 'adapter'))}`,
    build: (folder) => shellCommand('make', '-C', folder),
  },
  python: {
    files: ['adapter.py', 'answers.py', 'answer_vectors.py'].map(
      (name) => `examples/skeletons/python/${name}`,
    ),
    yours: 'answers.py',
    spec: (folder) => `process:python3 ${word(inside(folder, 'adapter.py'))}`,
  },
  typescript: {
    files: ['examples/skeletons/typescript/adapter.ts'],
    yours: 'adapter.ts',
    spec: (folder) => inside(folder, 'adapter.ts'),
  },
};

/** Writes the skeleton; returns what to print. Throws a CommandError when it can't, and overwrites nothing. */
export function init(folder: string, language: Language, areas: readonly Area[]): readonly string[] {
  const { files, yours, spec, build } = skeletons[language];
  const sources = files.map((file) => ({
    target: path.join(folder, path.basename(file)),
    source: readFileSync(path.join(packageRoot, file), 'utf8'),
  }));
  const known = new Set(sources.flatMap(({ source }) => [...areasOf(source)]));
  const unknown = areas.find((area) => !known.has(area));
  if (unknown !== undefined) {
    throw wrongUse(`there is no skeleton for area ${unknown}: expected ${[...known].join(', ')}`);
  }
  refuseNoFolder(folder, folder);
  const taken = sources.find(({ target }) => existsSync(target));
  if (taken) throw wrongUse(`${taken.target} is there already: nothing was written`);
  try {
    makeFolder(folder);
    for (const { target, source } of sources) {
      writeFileSync(target, skeletonFor(source, areas), { flag: 'wx' });
    }
  } catch (error) {
    throw wrongUse(`${folder} cannot be written: ${fileProblem(error)}`);
  }
  return [
    ...sources.map(({ target }) => `wrote ${target}`),
    `Your code goes to ${path.join(folder, yours)}; until then every case is skipped. Next:`,
    ...(build ? [`  ${build(folder)}`] : []),
    `  ${ownCommand('doctor', spec(folder))}`,
    `  ${ownCommand('check', '--impl', spec(folder))}`,
  ];
}

/** A path with a folder in it: a bare name would be looked for elsewhere. */
function inside(folder: string, name: string): string {
  const joined = path.join(folder, name);
  return joined.includes(path.sep) ? joined : `./${joined}`;
}

/** A word of a command line of ours. */
function word(text: string): string {
  return /^[^\s'"\\]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
