/** The walk of one request as a list: what was read where, what it decided, and the entries bit by bit. */
import { type ComponentChild, h } from 'preact';
import type { Step } from '../../models/reference/walk.ts';
import type { Profile } from '../../spec/schema.ts';
import { decidingStep, readStructure } from '../deciding-entry.ts';
import { hex, shortHex } from '../hex.ts';
import { entryPicture, fieldTables } from './bit-fields.ts';

/** `names`: fields that the finding is about. */
export function walkPicture(
  steps: readonly Step[],
  profile: Profile,
  names: ReadonlySet<string>,
): ComponentChild {
  if (steps.length === 0) return h('p', null, 'No structure is read.');
  const deciding = decidingStep(steps);
  // Where nothing is refused, the answer comes from what was read last.
  const last = deciding === undefined ? steps.at(-1) : undefined;
  const badgeOf = (step: Step) => (step === deciding ? 'decides' : step === last ? 'ends here' : undefined);
  return h(
    'ol',
    { class: 'walk' },
    steps.map((step) => walkStep(step, badgeOf(step), profile, names)),
  );
}

function walkStep(
  step: Step,
  badge: string | undefined,
  profile: Profile,
  names: ReadonlySet<string>,
): ComponentChild {
  const { name, address, words, verdict } = step;
  const structure = readStructure(step, profile);
  const className = badge === undefined ? null : { class: badge === 'decides' ? 'deciding' : 'ending' };
  const head = [
    h('b', null, name),
    ' at ',
    h('code', null, shortHex(address)),
    `: ${verdict}`,
    badge === undefined ? null : h('span', { class: 'badge' }, badge),
  ];
  if (structure === undefined) {
    const read = words === undefined ? 'memory does not answer' : words.map(hex).join(' ');
    return h('li', className, head, h('div', null, h('code', null, read)));
  }
  const { fields } = structure;
  return badge !== undefined
    ? h('li', className, head, entryPicture(structure, names))
    : h('li', null, h('details', null, h('summary', null, head), fieldTables(structure.words, fields)));
}
