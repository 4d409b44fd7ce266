/** A virtual unit that would rather block a device than leave it with tables that the guest took back. */
import type { Edit } from '../../faulty/bug.ts';
import { loadEdited } from '../../faulty/load.ts';
import type { CorrectVariant } from '../correct-variant.ts';

const edits: readonly Edit[] = [
  {
    file: 'binding/passthrough-device.ts',
    from: '    if (!done) {\n',
    to: "    if (!done) {\n      if (old !== undefined && this.#host.call({ call: 'detach', ...place })) {\n        binding.table = undefined;\n        this.#host.release(old);\n      }\n",
  },
];

export const blocksOnFailure: CorrectVariant = {
  id: 'blocks-on-failure',
  areas: ['binding'],
  does: 'Detaches a device whose new table cannot be attached, and tells of the error.',
  clause: '6.5.2.2; contract: stays as it was, is blocked, or is as it should be',
  async open() {
    const edited = await loadEdited(edits, ['binding']);
    return { ...edited, name: 'correct:blocks-on-failure' };
  },
};
