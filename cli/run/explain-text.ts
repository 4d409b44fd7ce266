/** `explain` of lines out of a dump or a log, recognised by what they look like. */
import { DumpProblem, DumpReader } from '../../adapters/dumps/reader.ts';
import { dumpDrawing, scalableContext } from '../../reports/dump-drawing.ts';
import type { Palette } from '../../reports/palette.ts';
import { smmuEventLines } from '../../reports/smmu-event-lines.ts';
import { smmuQueueLines } from '../../reports/smmu-queue-lines.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { Profile } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { otherLine, type Piece } from './other-lines.ts';

/** Whole dumps are for `lint`. */
const MOST_EXPLAINED = 16;
const WIDEST_HOST = 52;
/** Lines of a log that say what they are, and are not explained. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /AMD-Vi: .*Event logged|IO_PAGE_FAULT/,
    'this is a fault of an AMD unit: explain reads faults of VT-d units only',
  ],
  [/AMD-Vi:/, 'this is of an AMD unit: of those explain reads rows of the device table only'],
  [
    /arm-smmu(?!-v3).*fault/,
    'this is a fault of an SMMU before version 3: explain reads events of version 3 only',
  ],
  [
    /arm-smmu-v3 .*event 0x/,
    'this is an event of an SMMU without its record: give the four lines after it too',
  ],
  [/arm-smmu/, 'this line of an SMMU has no record of an event: explain reads events with their four words'],
  [/\b(?:riscv-iommu|rk_iommu|mtk-iommu|apple-dart)\b/, 'this is of an IOMMU that explain does not know'],
  [
    /ir_translation_struct|IRTE_high|\.[0-7] [0-9a-f]{8} (?:[0-9a-f]{8} )?[0-9a-f]{2}\s+[0-9a-f]{16}\s+[0-9a-f]{16}/i,
    'this is of interrupt remapping, whose entries explain does not know',
  ],
  [/\bvtd_\w+:/, 'this message of QEMU shows no entry and no descriptor'],
  [/Request device \[/, 'this is a fault without its reason: give the line to its end, or the next one too'],
  [
    /\b(?:DMAR(?:-IR)?|dmar(?:\d+|_fault)?|iommu): /,
    'this line of a log shows no fault, no entry and no register that explain knows',
  ],
];
/** Not a register: the log tells it beside them. */
const HOST_WIDTH = 'host address width';
/** What Xen has in a fault and Linux has not: the segment of the device, and where the registers are mapped. */
const ofXen = /(?<=Request device \[)[0-9a-f]{4}:|, iommu reg = [0-9a-f]+/gi;

/** What the lines of `text` show, undefined when none of them is of a dump or a log. */
export function explainText(text: string, given: Profile | undefined, fallback: Profile, palette: Palette) {
  const ofSmmu = [smmuQueueLines(text, palette), smmuEventLines(text, palette)].filter(
    ({ length }) => length > 0,
  );
  if (ofSmmu.length > 0) return ofSmmu.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  const { pieces, registers } = readPieces(withWholeFaults(text));
  if (pieces.length === 0) {
    refuseOtherLines(text);
    return undefined;
  }
  const profile = given ?? profileOf(registers) ?? fallback;
  // What comes again says nothing new: a device that goes wild faults for each page.
  const drawn = new Set<string>();
  for (const piece of pieces) {
    const text = piece(profile, palette).join('\n');
    if (text !== '') drawn.add(text);
    if (drawn.size > MOST_EXPLAINED) break;
  }
  const shown = [...drawn].slice(0, MOST_EXPLAINED).flatMap((text) => [...text.split('\n'), '']);
  return drawn.size > MOST_EXPLAINED
    ? [...shown, 'and more lines: lint reads whole dumps']
    : shown.slice(0, -1);
}

/** Faults of Xen and of Linux before 4.2 as later ones have them. */
function withWholeFaults(text: string): string {
  return text
    .replaceAll(/^(?:> ?)+/gm, '')
    .replaceAll(ofXen, '')
    .replaceAll(/(?<=Request device \[[^\]\n]*\])\s+fault\s+addr\s+/g, ' fault addr ')
    .replaceAll(/\[VT-D\](DMAR|INTR-REMAP): reason ([0-9a-f]{2}) - /gi, '$1:[fault reason 0x$2] ')
    .replaceAll(/\[VT-D\](?:DMAR|INTR-REMAP):(?=\[)/g, 'DMAR:')
    .replaceAll(/INTR-REMAP: Request device \[\[/g, '[INTR-REMAP] Request device [');
}

/** Throws CommandError for lines that are plainly of something else. */
function refuseOtherLines(text: string): void {
  const found = refusals.find(([line]) => line.test(text));
  if (found !== undefined) throw wrongUse(found[1]);
}

interface ReadText {
  readonly pieces: readonly Piece[];
  readonly registers: Map<string, bigint>;
}

/** A row that a mailer broke is known as one by a heading above it: without it the lines may be one together. */
function readPieces(text: string): ReadText {
  const read = readText(text);
  return read.pieces.length === 0 ? readText(text.trim().replaceAll(/\s*\n\s*/g, '\t')) : read;
}

function readText(text: string): ReadText {
  const reader = new DumpReader();
  const pieces: Piece[] = [];
  const registers = new Map<string, bigint>();
  let scalable = false;
  let words: bigint[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const record = refused(() => reader.read(line));
    if (record?.kind === 'register') registers.set(record.name, record.value);
    if (record?.kind === 'host-width') registers.set(HOST_WIDTH, BigInt(record.haw));
    if (record?.kind === 'boot') registers.set('CAP', record.cap).set('ECAP', record.ecap);
    if (record?.kind === 'fault-entry' && record.entry === 'root-scalable') scalable = true;
    if (record?.kind === 'fault-entry' && record.entry === 'context' && scalable) {
      pieces.push((profile, palette) => scalableContext(record.words, profile, palette));
    } else if (record?.kind === 'fault-entry' && record.entry === 'pasid-word') {
      const isNew = words.length === 0 || words[record.index] !== undefined;
      if (isNew) words = [];
      words[record.index] = record.words[0] ?? 0n;
      const whole = words;
      if (isNew)
        pieces.push((profile, palette) =>
          dumpDrawing({ ...record, words: Array.from(whole, (word) => word ?? 0n) }, profile, palette),
        );
    } else if (record !== undefined) {
      if (record.kind !== 'unit') pieces.push((profile, palette) => dumpDrawing(record, profile, palette));
    } else {
      pieces.push(...otherLine(line, registers));
    }
  }
  refused(() => reader.end());
  return { pieces, registers };
}

/** What is wrong with a line, as an error of the command. */
function refused<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw error instanceof DumpProblem ? wrongUse(error.message.replace(/^is /, 'the text is ')) : error;
  }
}

/** CAP and ECAP of the text, where it has both. */
function profileOf(registers: ReadonlyMap<string, bigint>): Profile | undefined {
  const [cap, ecap] = [registers.get('CAP'), registers.get('ECAP')];
  if (cap === undefined || ecap === undefined) return undefined;
  const told = registers.get(HOST_WIDTH);
  const haw = Number(told ?? Math.min(decodeCapabilities({ cap, ecap }).MGAW + 1, WIDEST_HOST));
  const backed = [{ start: 0n, end: 1n << 52n }];
  return { name: 'of these registers', cap, ecap, haw, specRev: '5.10', backed, policies: {} };
}
