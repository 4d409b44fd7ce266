/**
 * Builds the C example once with each breakage and looks whether it is found: `node examples/c/breakages/check.ts
 * [NAME…]`. A patch says in its head which area it breaks, which rule must be named, and how others begin that
 * may be: one breakage can break several, and one wrong answer can come from several entries.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openProcess } from '../../../adapters/process/open-process.ts';
import { profilePool } from '../../../generators/profiles.ts';
import { toJson } from '../../../spec/json.ts';
import type { Area, Finding } from '../../../spec/schema.ts';
import { budget } from '../../../suites/core/budget.ts';
import { search } from '../../../suites/core/search.ts';
import { suiteOf } from '../../../suites/suite-of.ts';

/** Cases of a cheap area. */
const RUNS = 8000;
const SEED = 'breakages';

interface Breakage {
  readonly name: string;
  readonly file: string;
  readonly area: Area;
  readonly rule: string;
  readonly also: readonly string[];
}

function breakageOf(file: string): Breakage {
  const text = readFileSync(file, 'utf8');
  const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1] ?? '';
  const also = field('Also').split(' ').filter(Boolean);
  return {
    name: path.basename(file, '.patch'),
    file,
    area: field('Area') as Area,
    rule: field('Rule'),
    also,
  };
}

/** The findings of binding rules against the program in `folder`. */
async function findingsOf(folder: string, area: Area): Promise<readonly Finding[]> {
  const implementation = await openProcess(`'${path.join(folder, 'conformance-c')}'`);
  try {
    const suite = await suiteOf(area);
    const options = { seed: SEED, runs: budget(suite, RUNS), profiles: profilePool };
    const { findings } = await search(suite, implementation, options);
    return findings.filter(({ level }) => level !== 'may');
  } finally {
    await implementation.close?.();
  }
}

/** One line a breakage; false when it was not found, or blamed on a rule that it does not name. */
async function check({ name, file, area, rule, also }: Breakage, sources: string): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakage-'));
  try {
    // With their times, so that only what the patch touches is built again.
    cpSync(sources, folder, { recursive: true, preserveTimestamps: true });
    execFileSync('patch', ['-s', '-p1', '-d', folder, '-i', file], { stdio: 'inherit' });
    execFileSync('make', ['-s', '-C', folder], { stdio: 'inherit' });
    const findings = await findingsOf(folder, area);
    for (const finding of findings) {
      const { aspect, found } = finding;
      const size = `${toJson({ ...finding.case, profile: undefined }).length} bytes`;
      console.log(`${name}: ${finding.rule} (${aspect}) after ${found.afterCases} cases, shrunk to ${size}`);
    }
    const isNamed = findings.some((finding) => finding.rule === rule);
    const strangers = findings.filter(
      (finding) => finding.rule !== rule && !also.some((start) => finding.rule.startsWith(start)),
    );
    if (!isNamed) console.error(`${name}: ${rule} was not named`);
    for (const stranger of strangers) console.error(`${name}: ${stranger.rule} should not be named`);
    return isNamed && strangers.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const here = import.meta.dirname;
const wanted = process.argv.slice(2);
const breakages = readdirSync(here)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => breakageOf(path.join(here, file)))
  .filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const sources = path.dirname(here);
execFileSync('make', ['-s', '-C', sources], { stdio: 'inherit' });
for (const breakage of breakages) if (!(await check(breakage, sources))) process.exitCode = 1;
