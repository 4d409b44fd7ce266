/** Fault codes of second-stage walks by how they ended, in scalable and legacy mode (Table 30). */
import { missingRight } from './current-request.ts';
import { WRITE } from './paging.ts';
import { BEYOND_WIDTH, NOT_SNOOPED, RESERVED, TABLE_UNREADABLE, TOP_UNREADABLE } from './second-stage.ts';

/** Scalable mode. */
export function scalableFault(end: number): number {
  switch (end) {
    case BEYOND_WIDTH:
      return 0x84;
    case TOP_UNREADABLE:
      return 0x7b;
    case TABLE_UNREADABLE:
      return 0x78;
    case RESERVED:
      return 0x7a;
    case NOT_SNOOPED:
      return 0x7c;
    default:
      return 0x79;
  }
}

/** Scalable mode: the code for a missing right, 0 when none is. */
export function rightsFault(missing: number): number {
  return missing === 0 ? 0 : missing === WRITE ? 0x85 : 0x86;
}

/** Legacy mode, which knows no code for an entry without rights: the right that is asked for is missing. */
export function legacyFault(end: number): number {
  switch (end) {
    case BEYOND_WIDTH:
      return 0x04;
    case TOP_UNREADABLE:
      return 0x03;
    case TABLE_UNREADABLE:
      return 0x07;
    case RESERVED:
      return 0x0c;
    default:
      return legacyRightsFault(missingRight(0));
  }
}

/** Legacy mode: the code for a missing right, 0 when none is. */
export function legacyRightsFault(missing: number): number {
  return missing === 0 ? 0 : missing === WRITE ? 0x05 : 0x06;
}
