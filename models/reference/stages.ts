/** The stages put together: second stage alone (3.7), first stage alone (3.6), and nested (3.8). */
import { type Alternative, faults } from './alternative.ts';
import { type FirstStage, type FirstStagePage, walkFirstStage } from './first-stage.ts';
import { allFlags, type FlagBits, noFlags } from './flags.ts';
import { answerPage, type FinalPage, interruptFaults } from './page-answer.ts';
import { type Access, accessOf } from './request.ts';
import { type SecondStage, type StageOutcome, type StagePage, translateSecondStage } from './second-stage.ts';
import { finalPurpose } from './second-stage-purpose.ts';
import type { Walk } from './walk.ts';

const legacyConditions = {
  interrupt: { untranslated: 'LGN.4', translation: 'LGN.4' },
  noWrite: 'LGN.2',
  noRead: 'LGN.3',
} as const;
const scalableConditions = {
  interrupt: { untranslated: 'SGN.8.1', translation: 'SGN.8.2' },
  noWrite: 'SGN.6',
  noRead: 'SGN.7',
} as const;

/** Second stage alone. `pageSnoop` is PGSNP of the PASID table entry. */
export function answerSecondStage(
  walk: Walk,
  stage: SecondStage,
  pageSnoop: boolean,
): readonly Alternative[] {
  const access = accessOf(walk.request, walk.unit);
  const purpose = finalPurpose(stage, access);
  const { page, refused, faults } = translateSecondStage(walk, stage, walk.request.address, purpose);
  if (page === undefined) return faults;
  const final: FinalPage = {
    ...(stage.mode === 'legacy' ? legacyConditions : scalableConditions),
    ...page,
    nonSnooped: pageSnoop || page.snoop,
    permitted: noFlags,
  };
  if (refused) return [...faults, ...interruptFaults(walk, final, access)];
  return [...answerPage(walk, final, access), ...faults];
}

/** First stage, and the second stage under it when `stage.nested` says so. */
export function answerFirstStage(walk: Walk, stage: FirstStage, pageSnoop: boolean): readonly Alternative[] {
  const access = accessOf(walk.request, walk.unit);
  const first = walkFirstStage(walk, stage, access);
  if (first.page === undefined) return first.faults;

  // The page lies in guest memory: what the second stage grants counts as well (3.8.1).
  const second = stage.nested && finalAccess(walk, stage.nested, first.page, access);
  const page = second?.page;
  const before = [
    ...first.faults,
    ...(second?.faults ?? []),
    ...zeroLengthFaults(walk, stage.nested, first.page, page, access),
  ];
  if (second !== undefined && page === undefined) return before;

  // The dirty flag is set for a write that goes through; that it can't be is a fault of its own.
  const granted = first.page.write && (page?.write ?? true);
  const dirty = access.dirty && granted;
  const unset = dirty ? first.page.dirtyFaults : { ids: [], certain: false };
  const refusals = [...faults(walk, unset.ids), ...before];

  const final: FinalPage = {
    ...scalableConditions,
    address: page?.address ?? first.page.address,
    pageBits: Math.min(first.page.pageBits, page?.pageBits ?? 64),
    read: page?.read ?? true,
    write: granted,
    nonSnooped: pageSnoop || (page?.snoop ?? false),
    rules: [...(page ? ['translation.nested', ...page.rules] : []), ...first.page.rules],
    required: requiredFlags(first.page, page?.required ?? noFlags, dirty),
    permitted: noFlags,
  };
  const refused = first.refused || unset.certain || second?.refused === true;
  return refused
    ? [...refusals, ...interruptFaults(walk, final, access)]
    : [...answerPage(walk, final, access), ...refusals];
}

/**
 * Whether a zero-length read of a page that the second stage lets be written only may go by that right when
 * the first stage does not grant it is not stated (3.14): it may be refused as any read is.
 */
function zeroLengthFaults(
  walk: Walk,
  nested: SecondStage | undefined,
  first: FirstStagePage,
  second: StagePage | undefined,
  access: Access,
): readonly Alternative[] {
  const isOpen = access.waivesRead && nested !== undefined && second?.read !== true && !first.writable;
  if (!isOpen) return [];
  const asRead = { ...access, waivesRead: false };
  return finalAccess({ ...walk, observe: undefined }, nested, first, asRead).faults;
}

function requiredFlags(page: FirstStagePage, secondStage: FlagBits, dirty: boolean): FlagBits {
  return allFlags([page.required, secondStage, ...(dirty ? [page.dirty, page.tableDirty] : [])]);
}

/** The access to the page that the first stage found. A dirty flag takes write permission of both stages. */
function finalAccess(
  walk: Walk,
  nested: SecondStage,
  { address, write }: FirstStagePage,
  access: Access,
): StageOutcome {
  const sought: Access = { ...access, dirty: access.dirty && write };
  return translateSecondStage(walk, nested, address, finalPurpose(nested, sought));
}
