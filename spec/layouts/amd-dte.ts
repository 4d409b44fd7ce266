/**
 * AMD device table entry, 256 bits, as far as the update protocol needs it: validity, host and guest
 * tables, domain, and the interrupt-remapping bits that a DMA update must leave alone. Words 1 to 3 keep
 * their other bits as one field each (AMD I/O Virtualization specification, 2.2.2.1).
 */
import { type Layout, reserved, value } from './layout.ts';

export const amdDte: Layout = {
  name: 'amd-dte',
  title: 'Device table entry',
  section: 'AMD IOMMU 2.2.2.1',
  words: 4,
  presentWhen: ['V'],
  fields: [
    value('V', [0, 0], 'valid; 0 passes DMA through untranslated'),
    value('TV', [0, 1], 'translation information valid'),
    reserved([0, 6, 2]),
    value('HAD', [0, 8, 7], 'host access and dirty update'),
    value('Mode', [0, 11, 9], 'levels of the host table'),
    value('HostRoot', [0, 51, 12], 'host table'),
    value('PPR', [0, 52], 'peripheral page requests'),
    value('GPRP', [0, 53], 'PASID on page responses'),
    value('GIOV', [0, 54], 'guest I/O protection valid'),
    value('GV', [0, 55], 'guest translation valid'),
    value('GLX', [0, 57, 56], 'levels of the guest CR3 table'),
    value('GCR3Low', [0, 60, 58], 'guest CR3 table, bits 14:12'),
    value('IR', [0, 61], 'read permission'),
    value('IW', [0, 62], 'write permission'),
    reserved([0, 63]),
    value('DomainID', [1, 15, 0], 'domain id'),
    value('GCR3Middle', [1, 31, 16], 'guest CR3 table, bits 30:15'),
    value('IOTLB', [1, 32], 'remote IOTLB enable'),
    value('Flags1', [1, 42, 33], 'suppress, cache, snoop, exclusion and device flags'),
    value('GCR3High', [1, 63, 43], 'guest CR3 table, bits 51:31'),
    value('InterruptLow', [2, 51, 0], 'interrupt remapping'),
    value('GuestAttributes', [2, 53, 52], 'guest table attributes'),
    value('GuestPagingMode', [2, 55, 54], 'levels of the guest table'),
    value('InterruptHigh', [2, 63, 56], 'interrupt remapping'),
    value('Word3', [3, 63, 0], 'attribute overrides, guest ids'),
  ],
};
