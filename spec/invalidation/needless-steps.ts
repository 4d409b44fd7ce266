/**
 * Where Tables 28 and 29 ask for more than any request can tell (VT-d 6.5.3.3: guidance, not a minimum): steps of
 * a row that can be dropped or narrowed, with the programming rules for shared tags kept, and nothing stale is
 * left. Every other step has a witness, a run that still sees the old entry without it.
 */

export interface NeedlessStep {
  readonly row: string;
  /** The descriptor, and what is done with it, as suites/invalidation/weakened-sequences.fixture.ts names it. */
  readonly weakened: readonly string[];
  readonly reason: string;
}

export const needlessSteps: readonly NeedlessStep[] = [
  {
    row: '1',
    weakened: ['context-global of one domain'],
    reason: 'Scalable-mode context entries have no domain id: hardware does a global invalidation (6.5.2.1).',
  },
  {
    row: '11',
    weakened: [
      'pasid-domain dropped',
      'pasid-domain of one PASID',
      'iotlb-domain dropped',
      'iotlb-domain of one page',
    ],
    reason:
      'The steps are those of row 2, for any change of the entry; HPTE and EPTR alone change no PASID table entry and no translation.',
  },
  {
    row: '11',
    weakened: ['host-permission-domain of one level less'],
    reason: 'Permissions lie in levels 1 to 3, and which table a domain id stands for does not change.',
  },
  {
    row: '12',
    weakened: ['pasid-iotlb-pasid dropped', 'pasid-iotlb-pasid of one page'],
    reason:
      'The step is that of row 4b, for any field of the entry; translations do not depend on the host permission table.',
  },
];
