/** Events of an SMMU (Arm IHI 0070, 7.3): numbers, names, and what each tells. */

export interface SmmuEvent {
  readonly name: string;
  readonly statement: string;
  /** Where the record has an address: of the request, or of what was fetched. */
  readonly address?: 'request' | 'fetch';
}

const event = (name: string, statement: string, address?: SmmuEvent['address']): SmmuEvent => ({
  name,
  statement,
  ...(address === undefined ? {} : { address }),
});

export const smmuEvents: Readonly<Record<number, SmmuEvent>> = {
  1: event('F_UUT', 'The SMMU does not support this kind of transaction.', 'request'),
  2: event('C_BAD_STREAMID', 'The StreamID lies outside of the stream table.'),
  3: event('F_STE_FETCH', 'The stream table entry could not be read.', 'fetch'),
  4: event('C_BAD_STE', 'The stream table entry is not valid, or is illegal.'),
  5: event('F_BAD_ATS_TREQ', 'A translation request came from a stream without ATS.', 'request'),
  6: event('F_STREAM_DISABLED', 'S1DSS ends what comes without a SubstreamID, or with SubstreamID 0.'),
  7: event(
    'F_TRANSL_FORBIDDEN',
    'A translated transaction came from a stream that may send none.',
    'request',
  ),
  8: event('C_BAD_SUBSTREAMID', 'The SubstreamID has no context descriptor.'),
  9: event('F_CD_FETCH', 'The context descriptor could not be read.', 'fetch'),
  10: event('C_BAD_CD', 'The context descriptor is not valid, or is illegal.'),
  11: event('F_WALK_EABT', 'A translation table could not be read.', 'request'),
  16: event(
    'F_TRANSLATION',
    'No translation: a descriptor is not valid, or the address is out of range.',
    'request',
  ),
  17: event('F_ADDR_SIZE', 'An address on the way, or the result, is wider than its size allows.', 'request'),
  18: event('F_ACCESS', 'The page has no access flag set.', 'request'),
  19: event('F_PERMISSION', 'The page does not grant the right.', 'request'),
  32: event('F_TLB_CONFLICT', 'Two entries of the TLB match.', 'request'),
  33: event('F_CFG_CONFLICT', 'Two entries of the configuration cache match.'),
  36: event('E_PAGE_REQUEST', 'A hint that a page will be needed.', 'request'),
  37: event('F_VMS_FETCH', 'The virtual machine structure could not be read.', 'fetch'),
};

/** What was being translated, for faults of a walk: CLASS. */
export const smmuEventClasses = [
  'the address of a context descriptor',
  'the address of a translation table',
  'the input address',
  'a reserved class',
] as const;
