/** A fault of a kernel log: who wanted what, and every condition that its reason stands for, with the clause. */
import { ALL_ONES, isAllOnes } from '../spec/all-ones.ts';
import type { FaultRecord } from '../spec/dumps.ts';
import { faultMeanings, olderFaults, withoutIndex } from '../spec/interrupt-faults.ts';
import { requester, shortHex } from './hex.ts';
import type { Palette } from './palette.ts';

/** `DMA Read` and the like; older kernels say read for everything that is no write. */
export function faultDrawing(fault: FaultRecord, palette: Palette): readonly string[] {
  const { sourceId, code, request, pasid, address } = fault;
  const isInterrupt = request === 'INTR-REMAP';
  const what = isInterrupt ? interruptText(code, address) : `${request} of ${shortHex(address)}`;
  const with_ = isInterrupt
    ? ''
    : pasid === undefined
      ? ', without PASID'
      : `, PASID ${shortHex(BigInt(pasid))}`;
  return [
    palette.bold(`fault 0x${code.toString(16)}: ${requester(sourceId)} wanted ${what}${with_}`),
    ...reasonLines(code, palette),
    ...(isAllOnes(fault) ? [`  ${ALL_ONES}`] : []),
  ];
}

function interruptText(code: number, index: bigint): string {
  return withoutIndex.includes(code)
    ? 'an interrupt, whose index is undefined for this reason'
    : `an interrupt with index ${shortHex(index)}`;
}

/** What a fault reason stands for. */
export function reasonLines(code: number, palette: Palette): readonly string[] {
  const meanings = faultMeanings(code);
  const older = olderFaults[code];
  if (meanings.length === 0) return [`  ${older ?? palette.yellow('a reason that no revision defines')}`];
  return [
    ...(meanings.length === 1 ? [] : ['  one of:']),
    ...meanings.flatMap(({ id, clause, qualified, statement }) => [
      `  ${id === undefined ? '' : `${palette.bold(id)}: `}${statement}`,
      palette.dim(
        `      ${clause}; ${qualified ? 'not recorded where FPD is set' : 'recorded whatever FPD says'}`,
      ),
    ]),
  ];
}
