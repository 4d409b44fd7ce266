/** The walk of one request as a list: what was read where, what it decided, and the entries bit by bit. */
import { type ComponentChild, h } from 'preact';
import type { Step } from '../../models/reference/walk.ts';
import type { Profile } from '../../spec/schema.ts';
import { decidingStep, readStructure } from '../deciding-entry.ts';
import { hex, shortHex } from '../hex.ts';
import { entryPicture, fieldTables } from './bit-fields.ts';

export function walkPicture(steps: readonly Step[], profile: Profile): ComponentChild {
  if (steps.length === 0) return h('p', null, 'No structure is read.');
  const deciding = decidingStep(steps);
  return h(
    'ol',
    { class: 'walk' },
    steps.map((step) => walkStep(step, step === deciding, profile)),
  );
}

function walkStep(step: Step, isDeciding: boolean, profile: Profile): ComponentChild {
  const { name, address, words, verdict } = step;
  const structure = readStructure(step, profile);
  const head = [
    h('b', null, name),
    ' at ',
    h('code', null, shortHex(address)),
    `: ${verdict}`,
    isDeciding ? h('span', { class: 'badge' }, 'decides') : null,
  ];
  if (structure === undefined) {
    const read = words === undefined ? 'memory does not answer' : words.map(hex).join(' ');
    return h('li', { class: isDeciding ? 'deciding' : '' }, head, h('div', null, h('code', null, read)));
  }
  const { fields } = structure;
  return isDeciding
    ? h('li', { class: 'deciding' }, head, entryPicture(structure))
    : h('li', null, h('details', null, h('summary', null, head), fieldTables(structure.words, fields)));
}
