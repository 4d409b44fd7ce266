/** The front page: areas down, implementations across, and below it what each run was. */
import { type ComponentChild, h } from 'preact';
import type { Area, AreaResult, Result } from '../../spec/schema.ts';
import { isSurprise } from '../finding-kind.ts';
import { plural } from '../plural.ts';

export function front(results: readonly Result[]): ComponentChild {
  const areas = [...new Set(results.flatMap((result) => result.areas.map(({ area }) => area)))];
  return h(
    'section',
    { id: 'overview' },
    h('h2', null, 'Overview'),
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        { class: 'overview' },
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            h('th', { scope: 'col' }, 'area'),
            results.map((result) => h('th', { scope: 'col' }, titleOf(result))),
          ),
        ),
        h(
          'tbody',
          null,
          areas.map((area) =>
            h(
              'tr',
              null,
              h('th', { scope: 'row' }, area),
              results.map((result) => cell(result, area)),
            ),
          ),
        ),
      ),
    ),
    h('h3', null, 'Runs'),
    h(
      'ul',
      null,
      results.map((result) => h('li', null, h('b', null, titleOf(result)), ': ', runText(result))),
    ),
  );
}

export function titleOf({ implementation: { name, version } }: Result): string {
  return version === undefined ? name : `${name} ${version}`;
}

interface Verdict {
  readonly name: 'conforms' | 'fails' | 'expected' | 'not exercised' | 'not claimed';
  readonly detail: string;
}

function cell(result: Result, area: Area): ComponentChild {
  const found = result.areas.find((one) => one.area === area);
  const { name, detail } = verdictOf(found);
  return h(
    'td',
    { class: name.replace(' ', '-') },
    h('b', null, name === 'expected' ? 'fails as expected' : name),
    h('div', { class: 'dim' }, detail),
  );
}

function verdictOf(result: AreaResult | undefined): Verdict {
  if (result === undefined) return { name: 'not claimed', detail: 'did not run' };
  if (!result.claimed) return { name: 'not claimed', detail: '' };
  const { rules, findings, cases, durationMs } = result;
  const exercised = rules.filter((rule) => rule.exercised > 0).length;
  const perSecond = Math.round((cases * 1000) / Math.max(durationMs, 1));
  const base = `${exercised} of ${plural(rules.length, 'rule')}, ${plural(cases, 'case')}, ${perSecond}/s`;
  const surprises = findings.filter(isSurprise).length;
  const expected = findings.filter(({ expectedFailure }) => expectedFailure !== undefined).length;
  const unexpectedPasses = rules.filter(({ status }) => status === 'unexpected-pass').length;
  if (surprises + unexpectedPasses > 0) {
    const passes = unexpectedPasses > 0 ? `, ${plural(unexpectedPasses, 'known failure')} not seen` : '';
    return { name: 'fails', detail: `${plural(surprises, 'finding')}${passes}; ${base}` };
  }
  if (expected > 0) return { name: 'expected', detail: `${plural(expected, 'known failure')}; ${base}` };
  return { name: exercised === 0 ? 'not exercised' : 'conforms', detail: base };
}

function runText({ seed, areas, implementation: { profile } }: Result): string {
  const cases = areas.reduce((sum, area) => sum + area.cases, 0);
  const profiles = profile === 'any' ? 'any profile' : profile.map(({ name }) => name).join(', ');
  return `seed ${seed}, ${plural(cases, 'case')}, ${profiles}`;
}
