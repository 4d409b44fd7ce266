/** How a blocked request is answered and whether the fault is recorded, by fault code (7.1.3, Table 30). */

/** Recorded whatever FPD says: RTA.*, root entries, read errors of root, context and PASID structures. */
const unqualified = codes(0x01, 0x08, 0x09, 0x0a, 0x30, 0x31, 0x32, 0x33, 0x38, 0x39, 0x3a, 0x40, 0x50, 0x58);

/** Translation requests: the unit does not serve them. */
const translationUnsupported = codes(0x01, 0x02, 0x0d, 0x31, 0x33, 0x39, 0x41, 0x44, 0x45, 0x46, 0x48, 0x89);
/** Translation requests: success without any right, and no record. The last four: what rights there are. */
const translationEmpty = codes(
  ...[0x04, 0x51, 0x59, 0x5d, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x90],
  ...[0x79, 0x80, 0x81, 0x83, 0x84, 0x05, 0x06, 0x85, 0x86],
);
/** Translated requests: an error of the tables. */
const translatedAborted = codes(0x50, 0x52, 0x58, 0x5a, 0x5b, 0xa0, 0xa1, 0xa2);

function codes(...held: readonly number[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const code of held) set[code] = 1;
  return set;
}

/** True when FPD suppresses the record. */
export function isQualified(code: number): boolean {
  return unqualified[code] === 0;
}

/** True when a translation request gets a completion without rights. */
export function isEmptyCompletion(code: number): boolean {
  return translationEmpty[code] === 1;
}

/** The completion status of a blocked translation request. */
export function translationStatus(code: number): 'UR' | 'CA' {
  return translationUnsupported[code] === 1 ? 'UR' : 'CA';
}

/** The completion status of a blocked translated request. */
export function translatedStatus(code: number): 'UR' | 'CA' {
  return translatedAborted[code] === 1 ? 'CA' : 'UR';
}
