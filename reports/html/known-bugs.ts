/** The yardstick: known bugs, how fast each is found, what it is blamed on, how small its case gets. */
import { type ComponentChild, h } from 'preact';
import type { KnownBug } from './report-schemas.ts';

const titles = ['bug', 'what went wrong', 'found', 'cases', 'blamed on', 'size', 'by hand', 'forms', 'ms'];

export function knownBugsSection(bugs: readonly KnownBug[]): ComponentChild {
  return h(
    'section',
    { id: 'known-bugs' },
    h('h2', null, 'Known bugs'),
    h(
      'p',
      { class: 'dim' },
      'Each is one edit of the optimized model. Found: seeds that found it. Cases until then and processor time, size of the shrunk case in steps and non-zero words: medians. By hand: the smallest case known. Forms: different shrunk cases.',
    ),
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            titles.map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h('tbody', null, bugs.map(bugRow)),
      ),
    ),
  );
}

function bugRow(bug: KnownBug): ComponentChild {
  const { id, area, history, wrong, found, seeds, cases, blamed, steps, words, smallest, forms, times } = bug;
  return h(
    'tr',
    { class: found < seeds ? 'fail' : '' },
    h('th', { scope: 'row' }, id, h('div', { class: 'dim' }, area)),
    h('td', null, wrong, history === undefined ? null : h('div', { class: 'dim' }, history)),
    h('td', { class: 'number' }, `${found}/${seeds}`),
    h('td', { class: 'number' }, cases.median),
    h('td', null, blamed[0] ?? ''),
    h('td', { class: 'number' }, `${steps.median} + ${words.median}`),
    h('td', { class: 'number' }, `${smallest.steps} + ${smallest.words}`),
    h('td', { class: 'number' }, forms),
    h('td', { class: 'number' }, Math.round(times.findMs.median)),
  );
}
