/** What was expected beside what was observed, with the words that only one of them has marked. */
import { type ComponentChild, h } from 'preact';
import { differingWords } from '../difference-words.ts';

export function difference(expected: string, observed: string): ComponentChild {
  return h(
    'div',
    { class: 'versus' },
    h('div', null, h('h4', null, 'The architecture allows'), h('p', null, marked(expected, observed))),
    h('div', null, h('h4', null, 'The implementation'), h('p', null, marked(observed, expected))),
  );
}

function marked(own: string, other: string): ComponentChild {
  return differingWords(own, other).map(({ text, differs }) => (differs ? h('mark', null, text) : text));
}
