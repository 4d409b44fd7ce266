/** What findings can be filtered by: radio buttons that the style sheet looks at, so that no script is needed. */
import { type ComponentChild, h } from 'preact';
import type { Area } from '../../spec/schema.ts';

/** Unexpected ones fail a run; expected ones are known; remarks are of rules that permit it. */
export const kinds = ['unexpected', 'expected', 'remark'] as const;

export function filters(areas: readonly Area[]): ComponentChild {
  return h('form', { class: 'filters' }, group('kind', 'Kind', kinds), group('area', 'Area', areas));
}

function group(name: string, title: string, values: readonly string[]): ComponentChild {
  return h(
    'fieldset',
    null,
    h('legend', null, title),
    choice(name, 'all', 'all', true),
    values.map((value) => choice(name, value, value, false)),
  );
}

function choice(name: string, value: string, title: string, checked: boolean): ComponentChild {
  const id = `${name}-${value}`;
  return h('label', { for: id }, h('input', { type: 'radio', name, id, value, checked }), ` ${title}`);
}
