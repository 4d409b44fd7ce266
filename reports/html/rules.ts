/** Rule coverage: how often each rule was exercised, those that never were on top, and what passing shows. */
import { type ComponentChild, h } from 'preact';
import { ruleOf } from '../../spec/catalogue.ts';
import type { AreaResult, Result } from '../../spec/schema.ts';
import { titleOf } from './front.ts';

export function rulesSection(results: readonly Result[]): ComponentChild {
  return h(
    'section',
    { id: 'rules' },
    h('h2', null, 'Rules'),
    h(
      'p',
      { class: 'dim' },
      'How many cases depended on each rule. Without a failure in n of them, the chance of a failure is below 3/n (at 95 %). What was never exercised stands first: it is no pass.',
    ),
    results.flatMap((result) =>
      result.areas
        .filter(({ claimed }) => claimed)
        .map((area) =>
          h(
            'details',
            { class: 'rules' },
            h('summary', null, `${titleOf(result)}, ${area.area}: ${exercisedText(area)}`),
            table(area),
          ),
        ),
    ),
  );
}

function exercisedText({ rules }: AreaResult): string {
  return `${rules.filter(({ exercised }) => exercised > 0).length} of ${rules.length} exercised`;
}

type RuleRow = AreaResult['rules'][number];

function table({ rules }: AreaResult): ComponentChild {
  const most = Math.max(1, ...rules.map(({ exercised }) => exercised));
  const sorted = rules.toSorted((a, b) => a.exercised - b.exercised);
  return h(
    'table',
    { class: 'rule-table' },
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        ['rule', 'cases', 'share', 'below', 'status', 'what it asks', 'clause'].map((title) =>
          h('th', { scope: 'col' }, title),
        ),
      ),
    ),
    h(
      'tbody',
      null,
      sorted.map((row) => ruleRow(row, most)),
    ),
  );
}

function ruleRow({ id, exercised, status, renamed }: RuleRow, most: number): ComponentChild {
  const rule = ruleOf(id);
  // Of few cases and of many: a bar that is linear would hide all but the most frequent.
  const share = exercised === 0 ? 0 : Math.log(exercised + 1) / Math.log(most + 1);
  return h(
    'tr',
    { class: status },
    h('th', { scope: 'row' }, id),
    h('td', { class: 'number' }, exercised),
    h(
      'td',
      null,
      h('meter', {
        min: 0,
        max: 1,
        value: Number(share.toFixed(3)),
        'aria-label': `${exercised} cases, on a logarithmic scale`,
      }),
    ),
    h('td', { class: 'number' }, status === 'pass' && !renamed ? (3 / exercised).toPrecision(1) : ''),
    h('td', null, renamed ? 'told under another rule' : status.replaceAll('-', ' ')),
    h('td', null, rule?.statement ?? ''),
    h('td', null, rule?.clause ?? ''),
  );
}
