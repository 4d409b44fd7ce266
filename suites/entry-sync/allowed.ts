/**
 * What a trace must keep to, as data: the traces themselves are without end. One condition a rule of the judge;
 * rules of level `may` are left out.
 */
import { ALL_64 } from '../../spec/bits.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import type { AllowedEntrySync } from '../../spec/vectors/entry-sync.ts';
import { AMD_WORD2_OWN } from '../../spec/writer-formats.ts';
import { amdFinal } from './amd.ts';
import { judgesSteps, mayBreak, mustBreak, mustDisable, needsLastSync, type Update } from './exercised.ts';
import { formatData, formatName } from './format-data.ts';
import { updateOf } from './judge.ts';
import { isCoherent } from './sync-actions.ts';

export function allowedEntrySync(testCase: EntrySyncCase): AllowedEntrySync {
  const update = updateOf(testCase);
  const { format, amd } = update;
  const steps = judgesSteps(update);
  return {
    format: formatName(testCase) ?? formatData(format),
    final: { ...finalOf(update), rule: 'entry-sync.final' },
    ...(amd === undefined ? {} : { keeps: keptByAmd(testCase) }),
    lastSync: needsLastSync(update),
    ...syncOf(update),
    views: steps,
    mayBreak: mayBreak(update),
    tidy: steps && amd === undefined,
    publishLast: steps && mustBreak(update),
    disables: mustDisable(update),
    most: steps && amd === undefined ? mostOf(update) : {},
  };
}

function finalOf({ testCase, amd }: Update): Pick<AllowedEntrySync['final'], 'words' | 'mask'> {
  if (amd !== undefined) return amdFinal(testCase, amd);
  return { words: [...testCase.to], mask: testCase.to.map(() => ALL_64) };
}

/** Interrupt remapping is not the update's. */
function keptByAmd({ from }: EntrySyncCase): NonNullable<AllowedEntrySync['keeps']> {
  const mask = from.map((_word, index) => (index === 2 ? ALL_64 & ~AMD_WORD2_OWN : 0n));
  return { mask, rule: 'entry-sync.amd.interrupt-remapping' };
}

function syncOf({ format: { sync }, testCase, isUncached }: Update): Pick<AllowedEntrySync, 'sync'> {
  if (sync === undefined) return {};
  return {
    sync: {
      flush: sync.flush && !isCoherent(testCase.profile),
      invalidate: [...sync.invalidate],
      mayLeaveOut: isUncached,
      wait: sync.wait === 'needed',
    },
  };
}

function mostOf({ bounds }: Update): AllowedEntrySync['most'] {
  if (bounds.unchanged) return { stores: 0, syncs: 0 };
  return {
    ...(bounds.stores === undefined ? {} : { stores: bounds.stores }),
    syncs: bounds.syncs,
    ...(bounds.bothValid ? { windows: 1 } : {}),
  };
}
