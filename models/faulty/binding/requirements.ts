/** Bugs of what a device has to have: requirements that nobody looks at, or that ask for too much. */
import type { BugOf } from '../bug.ts';
import { binding, enable, firstStage, NESTING, ofPasids, plug } from './bindings.ts';

const REQUIREMENTS = 'binding/requirements.ts';
const RUN = 'binding/run.ts';

interface Unchecked {
  readonly id: string;
  /** The end of a sentence: a device is plugged although … */
  readonly although: string;
  readonly source: string;
  /** What the line is about that is not there. */
  readonly reason: string;
  readonly line: string;
  readonly smallest: BugOf<'binding'>['smallest'];
}

function unchecked({ id, although, source, reason, line, smallest }: Unchecked): BugOf<'binding'> {
  return {
    id,
    area: 'binding',
    wrong: `A device is plugged although ${although}.`,
    source,
    rules: [`binding.plug.${reason}`],
    edits: [{ file: REQUIREMENTS, from: `  ${line} return '${reason}';\n`, to: '' }],
    smallest,
  };
}

const plugged = (host: NonNullable<Parameters<typeof binding>[0]['host']>) =>
  binding({ host, steps: [plug()] });
const withoutIommufd = (): BugOf<'binding'>['smallest'] => {
  const testCase = binding({ steps: [plug()] });
  return { ...testCase, devices: testCase.devices.map(({ iommufd: _, ...device }) => device) };
};

export const requirementBugs: readonly BugOf<'binding'>[] = [
  unchecked({
    id: 'legacy-container-accepted',
    although: 'it is not opened through iommufd',
    source: 'iommufd, hardware page tables',
    reason: 'iommufd',
    line: 'if (device.iommufd === undefined)',
    smallest: withoutIommufd(),
  }),
  unchecked({
    id: 'nesting-not-checked',
    although: 'its unit has no nested translation',
    source: '11.4.3',
    reason: 'nesting',
    line: "if (told('ecap', 47) && lacks('ecap', 26))",
    smallest: plugged({ NEST: 0 }),
  }),
  unchecked({
    id: 'gigabyte-pages-not-checked',
    although: 'the guest is told of pages of 1 GiB and its unit has none',
    source: '11.4.2',
    reason: 'page-size',
    line: "if (told('cap', 56) && lacks('cap', 56))",
    smallest: plugged({ FS1GP: 0 }),
  }),
  unchecked({
    id: 'width-of-pasids-not-checked',
    although: 'it has wider PASIDs than its unit takes, and the guest is told of them',
    source: '11.4.3',
    reason: 'pasid-width',
    line: 'if (pasids > width)',
    smallest: binding({ host: { PSS: 7 }, devices: [{ pasidBits: 9 }], steps: [plug()] }),
  }),
  unchecked({
    id: 'supervisor-requests-not-checked',
    although: 'the guest is told of supervisor requests and its unit has none',
    source: '11.4.3',
    reason: 'supervisor-requests',
    line: "if (told('ecap', 31) && lacks('ecap', 31))",
    smallest: plugged({ SRS: 0 }),
  }),
  unchecked({
    id: 'extended-accessed-flags-not-checked',
    although: 'the guest is told of extended accessed flags and its unit has none',
    source: '11.4.3',
    reason: 'extended-accessed',
    line: "if (told('ecap', 34) && lacks('ecap', 34))",
    smallest: plugged({ EAFS: 0 }),
  }),
  {
    id: 'equal-address-widths-refused',
    area: 'binding',
    wrong: 'A device is refused when the guest is told of addresses as wide as its unit has.',
    source: '11.4.2',
    rules: ['binding.plug.accepted'],
    edits: [
      {
        file: REQUIREMENTS,
        from: 'field(guest.cap, 16, 0x3f) > field(host.cap, 16, 0x3f)',
        to: 'field(guest.cap, 16, 0x3f) >= field(host.cap, 16, 0x3f)',
      },
    ],
    smallest: binding({ steps: [plug()] }),
  },
  {
    id: 'refused-device-stays-attached',
    area: 'binding',
    wrong: 'Of a device that is refused since one of its PASIDs cannot be attached the others stay.',
    source: NESTING,
    rules: ['binding.plug.undone'],
    edits: [
      { file: RUN, from: "      plugged.remove();\n      return 'failure';", to: "      return 'failure';" },
    ],
    smallest: binding({
      ...ofPasids(firstStage(), firstStage()),
      steps: [enable, plug()],
      failing: [3],
    }),
  },
];
