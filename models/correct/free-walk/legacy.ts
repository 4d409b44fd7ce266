/** Legacy mode with every choice that is left open (9.1, 9.3, doubt D1). */
import type { Attempt } from './attempt.ts';
import { isBeyond, type Page, type SecondStage, walkSecondStage } from './second-stage.ts';

const POINTER = ~0xfffn;

/** The page of the request, or a fault code. `early`: what the unit may find before it looks at any table. */
export function translateLegacy(attempt: Attempt, rootTable: bigint): Page | number {
  const { request, unit, choices, wants } = attempt;
  const { capabilities } = unit;
  const { address, kind = 'untranslated', sourceId } = request;
  const isInterrupt = address >> 20n === 0xfeen;
  const early = kind === 'translated' && isInterrupt ? [0x0e] : [];
  if (early.length > 0 && choices.may()) return attempt.fails(early);

  const root = attempt.words(rootTable + 16n * BigInt(sourceId >> 8), 2);
  if (root === undefined) return attempt.fails([0x08]);
  const [rootLow, rootHigh] = root as [bigint, bigint];
  if ((rootLow & 1n) === 0n) return attempt.fails([0x01]);
  const aboveHaw = -1n << BigInt(unit.haw);
  if ((rootLow & (0xffen | aboveHaw)) !== 0n || rootHigh !== 0n) return attempt.fails([0x0a]);

  const context = attempt.words((rootLow & POINTER) + 16n * BigInt(sourceId & 0xff), 2);
  if (context === undefined) return attempt.fails([0x09]);
  const [low, high] = context as [bigint, bigint];
  attempt.fpd ||= (low & 2n) !== 0n;
  if ((low & 1n) === 0n) return attempt.fails([0x02]);
  const type = Number((low >> 2n) & 3n);
  const passes = type === 2;
  const aw = Number(high & 7n);
  const isKnownType =
    type === 0 || (type === 1 && capabilities.DT === 1) || (passes && capabilities.PT === 1);
  const isKnownWidth = ((capabilities.SAGAW & 0b01110) >> aw) % 2 === 1;
  const unusedId = (0xffffn << BigInt(4 + 2 * capabilities.ND)) & 0xffffn;
  const reserved =
    (low & 0xff0n) | (passes ? 0n : low & aboveHaw) | (high & (~0xff_ff7fn | (unusedId << 8n)));
  const stage: SecondStage = {
    legacy: true,
    top: low & POINTER,
    levels: aw + 2,
    flags: false,
    snooped: true,
    memoryTypes: false,
  };
  const wrong = [
    ...(reserved === 0n ? [] : [0x0b]),
    ...(isKnownType ? [] : [0x03]),
    ...(isKnownWidth || (passes && choices.may()) ? [] : [0x03]),
    ...(kind !== 'untranslated' && type !== 1 ? [0x0d] : []),
  ];
  if (wrong.length > 0) return attempt.fails(wrong);

  if (kind === 'translated') {
    const refused = [...(isInterrupt ? [0x0e] : []), ...(address >> BigInt(unit.haw) === 0n ? [] : [0x04])];
    return refused.length > 0 ? attempt.fails(refused) : asItIs(address);
  }
  if (passes) {
    if (address >> BigInt(unit.haw) !== 0n) return attempt.fails([0x04]);
    // Whether the width that AW names limits it too is not stated.
    return aw >= 1 &&
      aw <= 3 &&
      isBeyond(attempt, stage, address) &&
      address >> BigInt(30 + 9 * aw) !== 0n &&
      choices.may()
      ? attempt.fails([0x04])
      : asItIs(address);
  }
  return walkSecondStage(attempt, stage, address, {
    ...wants,
    dirties: false,
    noRead: [0x06],
    noWrite: [0x05],
  });
}

/** The output is the input. */
export function asItIs(address: bigint): Page {
  return { address, bits: 64, read: true, write: true, snoop: false, leaf: 0n };
}
