/** A fault recording register: its fields, then the fault as a line of a log tells it. */
import { extract } from '../spec/bits.ts';
import { interruptFaults } from '../spec/interrupt-faults.ts';
import { faultRecordLayout } from '../spec/layouts/fault-record.ts';
import { fieldOf } from '../spec/layouts/layout.ts';
import { readField } from '../spec/layouts/resolve.ts';
import { faultDrawing } from './fault-drawing.ts';
import { fixedFields, layoutDrawing } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/** By T1 and T2. */
const operations = ['a write', 'a page request', 'a read', 'an atomic operation'] as const;

/** `words` are two, the lower half first. */
export function faultRecordDrawing(words: readonly bigint[], palette: Palette): readonly string[] {
  const drawn = layoutDrawing(faultRecordLayout, words, fixedFields(faultRecordLayout, words), palette);
  return [...drawn, '', ...recordedLines(words, palette)];
}

function recordedLines(words: readonly bigint[], palette: Palette): readonly string[] {
  const field = (name: string) => Number(readField(fieldOf(faultRecordLayout, name), words));
  if (field('F') === 0) return ['F is 0: no fault is recorded here, whatever the other fields hold'];
  const code = field('FR');
  const isInterrupt = interruptFaults.some((one) => one.code === code);
  const [low = 0n] = words;
  return faultDrawing(
    {
      ...{ kind: 'fault', code, sourceId: field('SID') },
      request: isInterrupt ? 'INTR-REMAP' : (operations[field('T1') * 2 + field('T2')] ?? ''),
      pasid: field('PP') === 0 ? undefined : field('PV'),
      // Of a fault of interrupt remapping the index stands in 63:48.
      address: isInterrupt ? extract(low, 63, 48) : low & ~0xfffn,
    },
    palette,
  );
}
