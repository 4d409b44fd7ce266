/** Walks that set accessed flags in every entry on their way, whatever they end in: nothing forbids it but for D. */
import type { Edit } from '../faulty/bug.ts';
import { loadEdited } from '../faulty/load.ts';
import type { CorrectVariant } from './correct-variant.ts';

const edits: readonly Edit[] = [
  {
    file: 'flags.ts',
    from: '/** Sets every flag that was noted.',
    to: `/** Sets what was noted, but for D of either stage. */
export function setAccessedFlags(memory: GuestMemory): void {
  for (let index = 0; index < notes; index++) bits[index] = (bits[index] as number) & ~0x240;
  setFlags(memory);
}

/** Sets every flag that was noted.`,
  },
  {
    file: 'translation.ts',
    from: 'import { changedWords, forgetChanges, forgetNotes, setFlags }',
    to: 'import { changedWords, forgetChanges, forgetNotes, setAccessedFlags, setFlags }',
  },
  {
    file: 'translation.ts',
    from: '    default:\n      if (kind === TRANSLATION',
    to: '    default:\n      setAccessedFlags(memory);\n      if (kind === TRANSLATION',
  },
];

export const earlyFlags: CorrectVariant = {
  id: 'early-accessed-flags',
  areas: ['translation', 'invalidation'],
  does: 'Sets accessed flags in the entries of requests that end in a fault too.',
  clause: '3.6.2, 3.7.2',
  async open() {
    const faulty = await loadEdited(edits, ['translation', 'invalidation']);
    return { ...faulty, name: 'correct:early-accessed-flags' };
  },
};
