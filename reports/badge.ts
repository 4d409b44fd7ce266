/** A badge for a README: one SVG file that needs neither a network nor a font of its own. */
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { isSurprise } from './finding-kind.ts';
import { plural } from './plural.ts';
import type { AreaOutcome, RunOutcome } from './result-json.ts';

const LABEL = 'IOMMU conformance';
/** Of the usual badge font; `textLength` makes any other one fit. */
const CHARACTER_WIDTH = 6.5;
const PADDING = 10;

/** Of all `runs` together. */
export function badge(runs: readonly RunOutcome[]): string {
  const { message, color } = verdict(runs.flatMap(({ areas }) => areas));
  const [left, right] = [LABEL, message].map((text) => Math.round(text.length * CHARACTER_WIDTH) + PADDING);
  const width = left! + right!;
  const words = (text: string, from: number, space: number) =>
    h('text', { x: from + space / 2, y: 14, textLength: space - PADDING }, text);
  const view = h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height: 20,
      role: 'img',
      'aria-label': `${LABEL}: ${message}`,
    },
    h('title', null, `${LABEL}: ${message}`),
    h('rect', { width: left, height: 20, fill: '#444' }),
    h('rect', { x: left, width: right, height: 20, fill: color }),
    h(
      'g',
      {
        fill: '#fff',
        'text-anchor': 'middle',
        'font-family': 'Verdana,DejaVu Sans,sans-serif',
        'font-size': 11,
      },
      words(LABEL, 0, left!),
      words(message, left!, right!),
    ),
  );
  return `${renderToString(view)}\n`;
}

function verdict(areas: readonly AreaOutcome[]): { readonly message: string; readonly color: string } {
  const results = areas.flatMap(({ result }) => (result ? [result] : []));
  const findings = results.flatMap((result) => result.findings);
  const statuses = results.flatMap(({ rules }) => rules.map(({ status }) => status));
  const surprises = findings.filter(isSurprise).length;
  if (surprises > 0) return { message: plural(surprises, 'finding'), color: '#b3261e' };
  if (results.length < areas.length) return { message: 'did not end', color: '#b3261e' };
  // An area that nobody claims, or of which no case was judged, shows nothing.
  if (!statuses.some((status) => status !== 'not-exercised'))
    return { message: 'nothing judged', color: '#6b6b6b' };
  if (statuses.includes('unexpected-pass')) return { message: 'stale expectations', color: '#8a5300' };
  const known = findings.filter(({ expectedFailure }) => expectedFailure !== undefined).length;
  if (known > 0) return { message: plural(known, 'known failure'), color: '#8a5300' };
  return { message: 'conforms', color: '#1d6f42' };
}
