/** Entries whose fields are looked at before their reserved bits: the checks of one entry have no order (D1). */
import type { Edit } from '../faulty/bug.ts';
import { loadEdited } from '../faulty/load.ts';
import type { CorrectVariant } from './correct-variant.ts';

const file = 'entry-faults.ts';

const edits: readonly Edit[] = [
  // Legacy context entry.
  {
    file,
    from: `  if ((reserved | (e[at + 3] as number)) !== 0) return 0x0b;
  if (((unit.translationTypes`,
    to: `  const last = (reserved | (e[at + 3] as number)) === 0 ? VALID : 0x0b;
  if (((unit.translationTypes`,
  },
  {
    file,
    from: '>>> (upper & 7)) & 1) === 1 ? VALID : 0x03;',
    to: '>>> (upper & 7)) & 1) === 1 ? last : 0x03;',
  },
  // Scalable context entry.
  {
    file,
    from: '  if ((reserved | e[at + 4]! | e[at + 5]! | e[at + 6]! | e[at + 7]!) !== 0) return 0x42;',
    to: '  const last = (reserved | e[at + 4]! | e[at + 5]! | e[at + 6]! | e[at + 7]!) === 0 ? VALID : 0x42;',
  },
  { file, from: 'beyondDirectory ? 0x43 : VALID;', to: 'beyondDirectory ? 0x43 : last;' },
  // PASID table entry.
  {
    file,
    from: '  if (pasidReservedBits(unit.pasidReserved, e, at) !== 0) return 0x5a;',
    to: '  const last = pasidReservedBits(unit.pasidReserved, e, at) === 0 ? VALID : 0x5a;',
  },
  { file, from: '* nested === 0 ? VALID : 0x5b;', to: '* nested === 0 ? last : 0x5b;' },
];

export const fieldsFirst: CorrectVariant = {
  id: 'fields-before-reserved-bits',
  areas: ['entry', 'translation'],
  does: 'Looks at the fields of an entry before its reserved bits.',
  clause: '9.3, 9.4, 9.6, doubt D1',
  async open() {
    const edited = await loadEdited(edits, ['entry', 'translation']);
    return { ...edited, name: 'correct:fields-before-reserved-bits' };
  },
};
