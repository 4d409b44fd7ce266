/** Root entries (9.1, 9.2). A scalable root entry is two halves, each with its own present bit. */
import { ignored, type Layout, pointer, reserved, value } from './layout.ts';

export const rootLegacy: Layout = {
  name: 'root-legacy',
  title: 'Root entry',
  section: '9.1',
  words: 2,
  presentWhen: ['P'],
  conditions: { notPresent: 'LRT.2', reserved: 'LRT.3' },
  fields: [
    value('P', [0, 0], 'present'),
    reserved([0, 11, 1]),
    pointer('CTP', 0, 'context table of the bus'),
    reserved([1, 63, 0]),
  ],
};

const conditions = { notPresent: 'SRT.2', reserved: 'SRT.3' } as const;

/** For devices 0-15. The upper half plays no part, unless it is present and malformed: doubt D2. */
export const rootScalableLower: Layout = {
  name: 'root-scalable-lower',
  title: 'Scalable-mode root entry, lower half',
  section: '9.2',
  words: 2,
  presentWhen: ['LP'],
  conditions,
  fields: [
    value('LP', [0, 0], 'lower half present'),
    reserved([0, 11, 1]),
    pointer('LCTP', 0, 'context table of devices 0 to 15'),
    ignored([1, 63, 0]),
  ],
};

/** For devices 16-31. */
export const rootScalableUpper: Layout = {
  name: 'root-scalable-upper',
  title: 'Scalable-mode root entry, upper half',
  section: '9.2',
  words: 2,
  presentWhen: ['UP'],
  conditions,
  fields: [
    ignored([0, 63, 0]),
    value('UP', [1, 0], 'upper half present'),
    reserved([1, 11, 1]),
    pointer('UCTP', 1, 'context table of devices 16 to 31'),
  ],
};
