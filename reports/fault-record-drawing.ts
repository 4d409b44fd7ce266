/** A fault recording register: its fields, then the fault as a line of a log tells it. */
import { extract } from '../spec/bits.ts';
import { interruptFaults } from '../spec/interrupt-faults.ts';
import { faultRecordLayout } from '../spec/layouts/fault-record.ts';
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

function recordedLines([low = 0n, high = 0n]: readonly bigint[], palette: Palette): readonly string[] {
  if (extract(high, 63, 63) === 0n)
    return ['F is 0: no fault is recorded here, whatever the other fields hold'];
  const code = Number(extract(high, 39, 32));
  const isInterrupt = interruptFaults.some((one) => one.code === code);
  const operation = Number(extract(high, 62, 62) * 2n + extract(high, 28, 28));
  return faultDrawing(
    {
      ...{ kind: 'fault', code, sourceId: Number(extract(high, 15, 0)) },
      request: isInterrupt ? 'INTR-REMAP' : (operations[operation] ?? ''),
      pasid: extract(high, 31, 31) === 0n ? undefined : Number(extract(high, 59, 40)),
      // Of a fault of interrupt remapping the index stands in 63:48.
      address: isInterrupt ? extract(low, 63, 48) : low & ~0xfffn,
    },
    palette,
  );
}
