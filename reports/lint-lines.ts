/** What lint found, for a terminal: each finding with its place, rule and words, then what was looked at. */
import { ruleOf } from '../spec/catalogue.ts';
import type { DumpKind } from '../spec/dumps.ts';
import type { LintFinding } from '../suites/lint/finding.ts';
import type { KnownUnit } from '../suites/lint/units.ts';
import { hex } from './hex.ts';
import type { Palette } from './palette.ts';
import { plural } from './plural.ts';
import { wrap } from './wrap.ts';

export interface LintedFile {
  readonly name: string;
  readonly kinds: ReadonlySet<DumpKind>;
  readonly lines: number;
  readonly passedOver: number;
  readonly entries: number;
  readonly faults: number;
  readonly units: readonly KnownUnit[];
  /** By line. */
  readonly findings: readonly LintFinding[];
  /** Findings beyond the most that are kept. */
  readonly left: number;
}

const MOST_SHOWN = 1000;
const WIDTH = 100;

/** `unread` files could not be read to their end. */
export function lintLines(files: readonly LintedFile[], palette: Palette, unread = 0): readonly string[] {
  return [
    ...files.flatMap((file) => fileFindings(file, palette)),
    ...unitLines(files),
    ...files.map(fileLine),
    verdict(files, unread, palette),
  ];
}

function fileFindings({ findings, left, name }: LintedFile, palette: Palette): readonly string[] {
  const beyond = left + Math.max(0, findings.length - MOST_SHOWN);
  return [
    ...findings.slice(0, MOST_SHOWN).flatMap((finding) => findingLines(finding, palette)),
    ...(beyond === 0 ? [] : [`${name}: ${beyond} more`]),
  ];
}

export function findingLines(finding: LintFinding, palette: Palette): readonly string[] {
  const { place, rule, level, subject, detail, words } = finding;
  const { statement = '', clause = '' } = ruleOf(rule) ?? {};
  const mark = level === 'may' ? palette.yellow('·') : palette.red('✗');
  return [
    `${mark} ${palette.bold(`${place.file}:${place.line}`)}  ${palette.bold(rule)}, ${level}  ${subject}`,
    ...[`${statement} (${clause})`, detail].flatMap((text) =>
      wrap(text, WIDTH, 8).map((line) => `    ${line}`),
    ),
    ...(words.length === 0 ? [] : [palette.dim(`    ${words.map(hex).join(' ')}`)]),
  ];
}

/** Units of several machines may have one name. */
function unitLines(files: readonly LintedFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ units }) => units.map(unitLine)))];
}

function unitLine(known: KnownUnit): string {
  const { unit, source, isAmbiguous, isExtended } = known;
  const shown = known.name === '' ? 'a unit without name' : known.name;
  const { profile } = unit;
  const byDefault = `so checked under the default profile ${profile.name}`;
  if (isAmbiguous)
    return `${shown}: files show other registers of it, ${byDefault}: give each machine a folder of its own`;
  if (source === undefined)
    return known.registers.has('CAP')
      ? `${shown}: CAP or ECAP is no answer of a unit, ${byDefault}`
      : `${shown}: no registers, ${byDefault}: give iommu_regset too`;
  const haw = known.knowsHostWidth ? `HAW ${profile.haw}` : `HAW ${profile.haw} at most (MGAW)`;
  const registers = `CAP ${hex(profile.cap)}, ECAP ${hex(profile.ecap)} of ${source}`;
  const extended = isExtended
    ? '; in extended mode, from before scalable mode: its tables are not judged'
    : '';
  return `${shown}: ${haw}, ${registers}${extended}`;
}

function fileLine({ name, kinds, entries, faults, passedOver }: LintedFile): string {
  const skipped = kinds.has('ir_translation_struct') ? ['interrupt remapping is not judged'] : [];
  const counted = [
    plural(entries, 'entry', 'entries'),
    ...(faults === 0 ? [] : [plural(faults, 'fault')]),
    ...(passedOver === 0 ? [] : [`${plural(passedOver, 'line')} not understood`]),
    ...skipped,
  ];
  return `${name}: ${[...kinds].join(', ')}; ${counted.join(', ')}`;
}

function verdict(files: readonly LintedFile[], unread: number, palette: Palette): string {
  const all = files.flatMap(({ findings }) => findings);
  const notes = all.filter(({ level }) => level === 'may').length;
  const found = all.length - notes + files.reduce((sum, { left }) => sum + left, 0);
  const withNotes = notes === 0 ? '' : `, ${plural(notes, 'note')}`;
  if (unread > 0)
    return palette.yellow(
      `${plural(found, 'finding')}${withNotes}, ${plural(unread, 'file')} not read to the end`,
    );
  return found === 0
    ? palette.green(`clean${withNotes}`)
    : palette.red(`${plural(found, 'finding')}${withNotes}`);
}
