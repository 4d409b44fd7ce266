/**
 * The whole report as one HTML file that needs nothing else: no network, no script. Its own content policy forbids
 * both; everything that came from a case or a child process is escaped by the library that writes it.
 */
import { createHash } from 'node:crypto';
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Finding, Result } from '../../spec/schema.ts';
import { byCause } from '../causes.ts';
import { shellCommand } from '../shell-command.ts';
import { filters, kinds } from './filters.ts';
import { findingArticle, kindOf } from './finding.ts';
import { front, titleOf } from './front.ts';
import { knownBugsSection } from './known-bugs.ts';
import type { ReportData, ReportedFinding } from './report-data.ts';
import { rulesSection } from './rules.ts';
import { speedSection } from './speed.ts';
import { style } from './style.ts';

/** Findings beyond this many characters are told without pictures and case, so that a browser opens the file at once. */
const FULL_CHARACTERS = 1_500_000;

/** By this a page of ours is known. */
export const GENERATOR = 'iommu-conformance';

export function htmlReport(data: ReportData): string {
  const { results, bugs, speed } = data;
  const findings = reported(results);
  const sections: readonly (readonly [id: string, title: string])[] = [
    ['overview', 'Overview'],
    ['findings', `Findings (${findings.length})`],
    ['rules', 'Rules'],
    ...(bugs === undefined ? [] : [['known-bugs', 'Known bugs'] as const]),
    ...(speed === undefined ? [] : [['speed', 'Speed'] as const]),
  ];
  const top = [
    h('h1', null, 'IOMMU conformance'),
    h('p', { class: 'dim' }, results.map(titleOf).join(', ')),
    h(
      'nav',
      { 'aria-label': 'Sections' },
      h(
        'ul',
        null,
        sections.map(([id, title]) => h('li', null, h('a', { href: `#${id}` }, title))),
      ),
    ),
  ];
  const rest = [
    rulesSection(results),
    bugs === undefined ? null : knownBugsSection(bugs),
    speed === undefined ? null : speedSection(speed),
  ];
  const body = [
    `<header>${text(top)}</header><main>${text(front(results))}`,
    `<section id="findings">${text(findingsHead(data, findings))}`,
    ...articles(findings),
    `</section>${text(rest)}</main>`,
  ];
  return `<!doctype html>\n<html lang="en">${text(head())}<body>${body.join('\n')}</body></html>\n`;
}

const text = (view: ComponentChild): string =>
  renderToString(h('div', null, view)).slice('<div>'.length, -'</div>'.length);

function head(): ComponentChild {
  const hash = createHash('sha256').update(style).digest('base64');
  return h(
    'head',
    null,
    h('meta', { charset: 'utf-8' }),
    h('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: `default-src 'none'; style-src 'sha256-${hash}'`,
    }),
    h('meta', { name: 'generator', content: GENERATOR }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', null, 'IOMMU conformance report'),
    h('style', { dangerouslySetInnerHTML: { __html: style } }),
  );
}

function findingsHead({ results }: ReportData, findings: readonly ReportedFinding[]): ComponentChild {
  if (findings.length === 0) return [h('h2', null, 'Findings'), h('p', null, 'No case broke a rule.')];
  const areas = [...new Set(findings.map(({ finding }) => finding.area))];
  return [h('h2', null, 'Findings'), filters(areas), results.length > 1 ? contents(findings) : null];
}

/** Where several implementations were run, which finding is whose. */
function contents(findings: readonly ReportedFinding[]): ComponentChild {
  const byImplementation = Map.groupBy(findings, ({ finding }) => finding.implementation);
  return h(
    'details',
    null,
    h('summary', null, 'By implementation'),
    h(
      'ul',
      null,
      [...byImplementation].map(([name, own]) =>
        h(
          'li',
          null,
          name,
          ': ',
          own.map(({ anchor, finding }) => [h('a', { href: `#${anchor}` }, finding.id), ' ']),
        ),
      ),
    ),
  );
}

/** The unexpected first, in full as long as there is room. */
function articles(findings: readonly ReportedFinding[]): readonly string[] {
  let characters = 0;
  return findings.map((finding) => {
    const article = text(findingArticle(finding, characters < FULL_CHARACTERS));
    characters += article.length;
    return article;
  });
}

/** Of all runs: what fails a run first, then what is known, then remarks. */
function reported(results: readonly Result[]): readonly ReportedFinding[] {
  const all = results.flatMap(({ implementation, areas }, index) => {
    const options =
      implementation.options === undefined ? '--impl SPEC' : shellCommand(...implementation.options);
    return areas.flatMap(({ findings }) =>
      byCause(findings).flatMap(({ shown, others }) => {
        const anchor = anchorOf(shown, index);
        return [
          { finding: shown, anchor, options },
          ...others.map((finding) => ({
            finding,
            anchor: anchorOf(finding, index),
            options,
            sameAs: anchor,
          })),
        ];
      }),
    );
  });
  return all.toSorted((a, b) => rank(a.finding) - rank(b.finding));
}

function anchorOf({ area, id }: Finding, run: number): string {
  return `${run + 1}-${area}-${id.replaceAll(/[^\w.-]/g, '-')}`;
}

function rank(finding: Finding): number {
  return kinds.indexOf(kindOf(finding));
}
