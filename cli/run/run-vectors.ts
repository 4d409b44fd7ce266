/** The action of `vectors`: the folder is looked at before the work starts and written after it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { VECTOR_FILE_MIB } from '../../adapters/answers/limits.ts';
import { fileProblem } from '../../adapters/file-problem.ts';
import { profilePool } from '../../generators/profiles.ts';
import { plural } from '../../reports/plural.ts';
import { wrap } from '../../reports/wrap.ts';
import { type Area, areas as allAreas } from '../../spec/schema.ts';
import { MOST_VECTORS } from '../../spec/vector-file.ts';
import type { AreaSuite } from '../../suites/core/area-suite.ts';
import { type RuleCount, rulesOf, vectorFileText } from '../../suites/core/vector-file-text.ts';
import { drawVectors } from '../../suites/core/vectors.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import type { VectorsArguments } from '../commands/vectors.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { makeFolder, refuseNoFolder } from '../make-folder.ts';
import { profileNamed } from '../profile-named.ts';
import { jsonSchemas, vectorsReadme } from './vectors-beside.ts';

export async function runVectors(options: VectorsArguments): Promise<ExitStatus> {
  const { out, seed, count } = options;
  if (count > MOST_VECTORS) throw wrongUse(`--count ${count}: at most ${MOST_VECTORS} cases an area`);
  const profiles = options.profile === undefined ? profilePool : [profileNamed(options.profile)];
  refuseUsed(out);
  const suites = await suitesOf(options.area);
  const files = new Map<string, string>();
  for (const suite of suites) {
    const vectors = drawVectors(suite, { seed, count, profiles });
    const rules = rulesOf(suite, vectors);
    for (const line of summary(suite.area, vectors.length, rules)) console.log(line);
    files.set(`${suite.area}.json`, readable(vectorFileText({ suite, seed, vectors, rules }), suite.area));
  }
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    files.set(name, `${JSON.stringify(schema, undefined, 2)}\n`);
  }
  files.set(
    'README.md',
    vectorsReadme(
      suites.map(({ area }) => area),
      seed,
    ),
  );
  write(out, files);
  return exitStatus.conforms;
}

async function suitesOf(wanted: readonly Area[] | undefined): Promise<readonly AreaSuite[]> {
  const suites = await Promise.all((wanted ?? allAreas).map(suiteOf));
  const without = suites.find(({ allowed }) => allowed === undefined);
  if (wanted !== undefined && without !== undefined) {
    throw wrongUse(`area ${without.area} has no vector files: its answers can't be listed`);
  }
  return suites.filter(({ allowed }) => allowed !== undefined);
}

/** What `check --vectors` would not read is not written. */
function readable(text: string, area: Area): string {
  const mib = Math.ceil(Buffer.byteLength(text) / (1 << 20));
  if (mib <= VECTOR_FILE_MIB) return text;
  throw wrongUse(
    `--count: the vectors of area ${area} have ${mib} MiB, and files have at most ${VECTOR_FILE_MIB}`,
  );
}

function refuseUsed(folder: string): void {
  refuseNoFolder(folder, `--out ${folder}`);
  if (!existsSync(folder)) return;
  const [first] = readdirSync(folder);
  if (first !== undefined) throw wrongUse(`--out ${folder}: the folder is not empty, it has ${first}`);
}

/** Never over a file that has come meanwhile. */
function write(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    makeFolder(folder);
    for (const [name, text] of files) writeFileSync(path.join(folder, name), text, { flag: 'wx' });
  } catch (error) {
    throw wrongUse(`--out ${folder}: it cannot be written: ${fileProblem(error)}`);
  }
}

function summary(area: Area, vectors: number, rules: readonly RuleCount[]): readonly string[] {
  const missed = rules.filter((rule) => rule.vectors === 0).map(({ id }) => id);
  const covered = rules.length - missed.length;
  const head = `${area}: ${plural(vectors, 'vector')}, which decide ${covered} of ${rules.length} rules`;
  if (missed.length === 0) return [head];
  return [`${head}; none decides:`, ...wrap(missed.join(', '), 96, 20).map((line) => `  ${line}`)];
}
