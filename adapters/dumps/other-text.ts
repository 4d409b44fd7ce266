/** Text that people take for a dump of a VT-d unit under Linux: what it is of, and where to go with it. */

const others: readonly (readonly [RegExp, string])[] = [
  [/^Content-Transfer-Encoding: base64/i, 'this is a mail in base64, of which the text is to be saved'],
  [/AMD-Vi|IO_PAGE_FAULT/, 'this is of an AMD unit'],
  [/arm-smmu-v3/, 'this is of an SMMU, whose events explain reads'],
  [/\[VT-D\]/, 'this is of Xen, whose faults explain reads'],
  [/\bvtd_[a-z]\w+/, 'this is of QEMU, of which explain reads what it refuses'],
  [/Request device \[/, 'a fault stands there without its reason'],
];

/** Half a sentence; undefined for every other line. */
export function otherText(line: string): string | undefined {
  return others.find(([form]) => form.test(line))?.[1];
}
