/** Bugs of what a device is plugged into: requirements, and parent tables. */
import type { BugOf } from '../bug.ts';
import { binding, disable, enable, firstStage, NESTING, plug, tables, unplug } from './bindings.ts';

const RUN = 'binding/run.ts';
const HOST = 'binding/host-tables.ts';
const REQUIREMENTS = 'binding/requirements.ts';

export const pluggingBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'fail-map-notifier-without-caching-mode',
    area: 'binding',
    history: 'QEMU "fail MAP notifier without caching mode", b8d78277c0, 8.0',
    wrong: 'A device is plugged into a unit without caching mode, which nobody tells of new entries.',
    source: '6.1',
    rules: ['binding.plug.caching-mode'],
    edits: [{ file: REQUIREMENTS, from: "  if (!told('cap', 7)) return 'caching-mode';\n", to: '' }],
    smallest: binding({ guest: { CM: 0 }, steps: [plug()] }),
  },
  {
    id: 'four-levels-taken-for-five',
    area: 'binding',
    wrong: 'A device is plugged although the guest is told of five levels and its unit has four.',
    source: '11.4.2',
    rules: ['binding.plug.levels'],
    edits: [
      { file: REQUIREMENTS, from: "  if (told('cap', 60) && lacks('cap', 60)) return 'levels';\n", to: '' },
    ],
    smallest: binding({ guest: { FS5LP: 1 }, steps: [plug()] }),
  },
  {
    id: 'host-address-width-not-checked',
    area: 'binding',
    wrong: 'A device is plugged although the guest is told of wider addresses than its unit has.',
    source: '11.4.2',
    rules: ['binding.plug.address-width'],
    edits: [
      {
        file: REQUIREMENTS,
        from: 'if (field(guest.cap, 16, 0x3f) > field(host.cap, 16, 0x3f))',
        to: 'if (field(guest.cap, 16, 0x3f) > 0x3f)',
      },
    ],
    smallest: binding({ guest: { MGAW: 56 }, steps: [plug()] }),
  },
  {
    id: 'incoherent-unit-over-a-coherent-parent',
    area: 'binding',
    wrong: 'A device whose unit cannot force coherence is given a parent table that does.',
    source: 'iommufd',
    rules: ['binding.parent.coherence'],
    edits: [
      {
        file: HOST,
        from: 'one.readOnly === readOnly && (coherent || !one.coherent),',
        to: 'one.readOnly === readOnly && (coherent || one.users > 0),',
      },
    ],
    smallest: binding({
      units: [{ coherent: true }, {}],
      devices: [{}, { unit: 1 }],
      steps: [plug(), plug(1)],
    }),
  },
  {
    id: 'erratum-772415-ignored',
    area: 'binding',
    history: 'QEMU before the quirk "nesting parent bypass RO", 554a719e05, 2026',
    wrong: 'Read-only mappings are put into the parent table of a unit with erratum 772415.',
    source: NESTING,
    rules: ['binding.parent.erratum'],
    edits: [{ file: RUN, from: 'readOnly: !unit.erratum772415', to: 'readOnly: true' }],
    smallest: binding({ units: [{ erratum772415: true }], steps: [plug()] }),
  },
  {
    id: 'unplugged-device-stays-attached',
    area: 'binding',
    wrong: 'A device that goes is not detached.',
    source: NESTING,
    rules: ['binding.event.unplug'],
    edits: [{ file: RUN, from: '        this.#devices[step.device]?.remove();\n', to: '' }],
    smallest: binding({ steps: [plug(), unplug()] }),
  },
  {
    id: 'parent-of-another-address-space',
    area: 'binding',
    wrong: 'A device is served by a parent table of another iommufd.',
    source: 'iommufd',
    rules: ['binding.parent.iommufd'],
    edits: [{ file: HOST, from: 'one.iommufd === iommufd && one', to: 'one' }],
    smallest: binding({ devices: [{}, { iommufd: 1 }], steps: [plug(), plug(1)] }),
  },
  {
    id: 'parent-for-each-device',
    area: 'binding',
    wrong: 'Each device is given a parent table of its own.',
    source: NESTING,
    rules: ['binding.parent.shared'],
    edits: [{ file: HOST, from: 'one.iommufd === iommufd && one', to: 'one.users === 0 && one' }],
    smallest: binding({ devices: [{}, {}], steps: [plug(), plug(1)] }),
  },
  {
    id: 'table-freed-twice',
    area: 'binding',
    wrong: 'A table is freed by its last user, and once more by whoever keeps the list.',
    source: 'iommufd',
    rules: ['binding.free.once'],
    edits: [
      {
        file: HOST,
        from: "const freed = this.call({ call: 'free', table: table.number });",
        to: "const freed = [1, 2].every(() => this.call({ call: 'free', table: table.number }));",
      },
    ],
    smallest: binding({ steps: [plug(), unplug()] }),
  },
  {
    id: 'freed-table-used-again',
    area: 'binding',
    wrong: 'A nested table that was freed stays in the list of those that can be shared.',
    source: 'iommufd',
    rules: ['binding.calls'],
    edits: [{ file: HOST, from: '    this.#nested.delete(table.key);\n', to: '' }],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, disable, enable],
    }),
  },
];
