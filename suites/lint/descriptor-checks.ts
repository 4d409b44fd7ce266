/** One descriptor as its unit would take it (6.5.2): what is wrong with it, and what the architecture leaves open. */
import { checkDescriptor, typeOf } from '../../models/reference/invalidation/descriptor.ts';
import { unitOf } from '../../models/reference/invalidation/unit-facts.ts';
import { extract } from '../../spec/bits.ts';
import { shortHex } from '../../spec/hex.ts';
import type { QueueMode } from '../../spec/invalidation/modes.ts';
import { reservedBits } from './reserved-bits.ts';
import { isOfInterrupts } from './table-address.ts';
import type { KnownUnit } from './units.ts';

const PAGE_RESPONSE = 9;
const WAIT = 5;
const PAGE_SELECTIVE = 'invalidation.descriptor.iotlb.capability';

export interface WrongDescriptor {
  readonly rule: string;
  readonly detail: string;
  /** True where units may take it. */
  readonly isOpen: boolean;
}

export interface SeenDescriptor {
  readonly title: string;
  readonly wrong: readonly WrongDescriptor[];
}

export function seenDescriptor(known: KnownUnit, mode: QueueMode, words: readonly bigint[]): SeenDescriptor {
  const unit = unitOf(known.unit.profile);
  const { defects, doubts, format, get } = checkDescriptor(unit, mode, words);
  const title = format?.format.layout.title.toLowerCase() ?? `type ${typeOf(words[0] ?? 0n)}`;
  // Page responses had private data in older revisions: the unit may be of one.
  const isOlder = format?.format.type === PAGE_RESPONSE && isPrivateData(words);
  if (defects.length > 0) {
    const wrong = defects.map(({ rule }) => {
      const isReserved = rule.endsWith('.reserved') && format !== undefined;
      const detail = isReserved ? reservedBits(format.resolved, words) : reason(known, rule, words);
      return {
        rule,
        detail: isOlder ? `${detail}: private data of older revisions` : detail,
        isOpen: isOlder,
      };
    });
    return { title, wrong };
  }
  const open = doubts.map(({ rule, name }) => ({ rule, detail: `${name}: taken or refused`, isOpen: true }));
  const isWait = format?.format.type === WAIT && get('SW') === 1n;
  const status = (words[1] ?? 0n) & unit.hostMask & ~3n;
  if (!isWait || !isOfInterrupts(status)) return { title, wrong: open };
  // What a write there does is undefined (6.5.2.9).
  const detail = `status address ${shortHex(status)}`;
  return { title, wrong: [...open, { rule: 'lint.queue.status-address', detail, isOpen: false }] };
}

function reason({ mode }: KnownUnit, rule: string, words: readonly bigint[]): string {
  const type = typeOf(words[0] ?? 0n);
  if (rule === PAGE_SELECTIVE) return 'page-selective, and the unit has PSI 0';
  if (rule.endsWith('.granularity')) return `granularity ${extract(words[0] ?? 0n, 5, 4)} is reserved`;
  if (rule.endsWith('.wide-slots')) return 'words 2 and 3 of a descriptor of 128 bits are not zero';
  if (rule.endsWith('.capability')) return `type ${type}, which the unit does not have`;
  if (rule.endsWith('.invalid-type')) return `type ${type} is defined by nobody`;
  return `type ${type} in a queue of ${words.length * 64}-bit slots, translation mode ${mode ?? 'legacy'}`;
}

/** Bit 5 told that words 2 and 3 hold private data; nothing else is set that must not be. */
function isPrivateData([first = 0n, second = 0n]: readonly bigint[]): boolean {
  const PRIVATE = 1n << 5n;
  const reserved = (0b111n << 6n) | (0xfffn << 52n);
  return (
    (first & PRIVATE) !== 0n && (first & reserved) === 0n && (second & ~0xfffn) === 0n && (second & 3n) === 0n
  );
}
