/** PASID table entries (9.6): a domain or pass-through, host permissions, and what does not matter to them. */
import { wordOf } from '../models/halves.ts';
import type { Choices } from './choices.ts';
import type { Domain } from './translation-domains.ts';
import type { TranslationTarget } from './translation-target.ts';

const PRESENT = 1n;
const PASS_THROUGH = 4n;

/** Eight words. `permissions` are words 4 and 5 where requests are checked by them. */
export function pasidWords(
  target: TranslationTarget,
  domain: Domain | undefined,
  permissions: readonly [bigint, bigint] | undefined,
  choices: Choices,
): bigint[] {
  const { SC, SRS, SMPWCS } = target.capabilities;
  const id = BigInt(domain?.id ?? 1) & target.domainIds;
  const walkSnoop = (domain ? domain.snooped : SMPWCS === 1 && choices.oneIn(2)) ? 1n << 23n : 0n;
  const pageSnoop = SC === 1 && choices.oneIn(3) ? 1n << 24n : 0n;
  const supervisor = SRS === 1 && !choices.oneIn(8) ? 1n : 0n;
  return [
    PRESENT | secondStageFields(target, domain, choices),
    id | walkSnoop | pageSnoop,
    supervisor | firstStageFields(target, domain, choices),
    0n,
    permissions?.[0] ?? 0n,
    permissions?.[1] ?? 0n,
    0n,
    0n,
  ];
}

/** PGTT, AW, SSADE and the pointer. */
function secondStageFields(
  { capabilities, profile, addressWidths, holes }: TranslationTarget,
  domain: Domain | undefined,
  choices: Choices,
): bigint {
  if (domain?.second !== undefined) {
    const type = domain.first === undefined ? 2n : 3n;
    const flags = domain.flags ? 1n << 9n : 0n;
    const top = holes.length > 0 && choices.oneIn(48) ? choices.one(holes) : domain.second.top;
    return (type << 6n) | (BigInt(domain.aw) << 2n) | flags | wordOf(top);
  }
  const type = (domain === undefined ? PASS_THROUGH : 1n) << 6n;
  if (capabilities.SSTS === 0) return type;
  const open = pointerMask(profile.haw) | 0x1cn | (capabilities.SSADS === 1 ? 1n << 9n : 0n);
  return type | (choices.oneIn(2) ? choices.word() & open : BigInt(choices.one(addressWidths)) << 2n);
}

/** FSPM, WPE, EAFE and the pointer. FSPM where no first stage is used is a doubt (D9) and stays 0. */
function firstStageFields(
  { capabilities, profile }: TranslationTarget,
  domain: Domain | undefined,
  choices: Choices,
): bigint {
  if (domain?.first !== undefined) {
    const { first, extended, protect } = domain;
    const flags = (protect ? 1n << 4n : 0n) | (extended ? 1n << 7n : 0n);
    const { guestBits = profile.haw } = first;
    const beyond = guestBits < profile.haw && choices.oneIn(10) ? 1n << BigInt(guestBits) : 0n;
    return (BigInt(first.levels - 4) << 2n) | flags | wordOf(first.top + first.shift) | beyond;
  }
  if (capabilities.FSTS === 0 || !choices.oneIn(2)) return 0n;
  const open = pointerMask(profile.haw) | 0x10n | (capabilities.EAFS === 1 ? 1n << 7n : 0n);
  return choices.word() & open;
}

/** Bits of a table pointer that the unit has. */
function pointerMask(haw: number): bigint {
  return ((1n << BigInt(haw)) - 1n) & ~0xfffn;
}
