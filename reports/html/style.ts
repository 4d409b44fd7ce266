/** The style sheet of a report: light and dark as the reader's system says, and made for paper too. */
import { type Area, areas } from '../../spec/schema.ts';
import { kinds } from './filters.ts';

const base = `
:root { color-scheme: light dark;
  --text: light-dark(#1b1f24, #e6e9ee); --dim: light-dark(#57606a, #a2abb8); --back: light-dark(#fff, #14171c);
  --line: light-dark(#d0d7de, #39414d); --soft: light-dark(#f3f5f8, #1e232b); --link: light-dark(#0a55b8, #7db4ff);
  --good: light-dark(#0f6b2f, #6fd28c); --bad: light-dark(#b3261e, #ff9a92); --known: light-dark(#7a5200, #f0c060);
  --mark: light-dark(#ffe08a, #5c4700); --badsoft: light-dark(#fdecea, #3b1d1b); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.5rem 4rem; color: var(--text); background: var(--back);
  font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, input:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { overflow-x: auto; padding: .7rem; background: var(--soft); border: 1px solid var(--line); border-radius: .3rem; }
pre.json { white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; } .scroll { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 500; } td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
h1 { margin: .5rem 0; } h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 1rem 0 .3rem; } h4 { margin: 1rem 0 .2rem; font-size: 1rem; }
.dim { color: var(--dim); } .wrong { color: var(--bad); } mark { color: inherit; background: var(--mark); border-radius: .2rem; }
.conforms b { color: var(--good); } .fails b { color: var(--bad); } .expected b { color: var(--known); }
.badge { font-size: .8rem; font-weight: 600; padding: .05rem .5rem; margin-left: .5rem; border: 1px solid currentColor; border-radius: 1rem; }
.badge.unexpected, .deciding .badge { color: var(--bad); } .badge.expected { color: var(--known); } .badge.remark { color: var(--dim); }
article.finding { border: 1px solid var(--line); border-radius: .4rem; padding: .3rem 1.2rem 1rem; margin: 1rem 0;
  content-visibility: auto; contain-intrinsic-size: auto 700px; }
article.finding > h3 a { color: inherit; text-decoration: none; overflow-wrap: anywhere; }
.versus { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1.5rem; }
.versus p { margin: .2rem 0; overflow-wrap: anywhere; }
.filters { display: flex; flex-wrap: wrap; gap: 1rem; } fieldset { border: 1px solid var(--line); border-radius: .3rem; }
fieldset label { margin-right: .9rem; white-space: nowrap; }
.entry-title { margin: .6rem 0 .2rem; } figure { margin: .6rem 0; overflow-x: auto; } figcaption { font-weight: 500; }
.strip { width: 100%; min-width: 54rem; height: auto; display: block; }
.strip rect { fill: var(--soft); stroke: var(--line); } .strip .used rect { fill: light-dark(#dcebfd, #21364f); }
.strip .wrong rect { fill: var(--bad); } .strip text { font: 11px ui-monospace, monospace; text-anchor: middle; fill: var(--dim); }
.strip .set text { fill: var(--text); font-weight: 700; } .strip .wrong text { fill: var(--back); }
.fields { font-size: .9rem; } tr.wrong td, dd.wrong { color: var(--bad); font-weight: 600; } tr.dim td { color: var(--dim); }
tr.wrong mark { background: none; }
ol.walk > li { margin: .3rem 0; } li.deciding, li.ending { border-left: 4px solid var(--bad); padding-left: .6rem; } li.ending { border-color: var(--link); }
.timeline code { white-space: nowrap; } .timeline { display: block; overflow-x: auto; } td.stored { background: var(--mark); }
tr.sync th, tr.sync td { color: var(--dim); border-bottom-width: 3px; } tr.torn { background: var(--badsoft); }
.stream > li { border-left: 3px solid var(--line); padding: .3rem 0 .3rem .8rem; margin: .2rem 0; }
.stream > li:target, article:target { outline: 3px solid var(--link); } .stream > li.wrong-step { border-left-color: var(--bad); background: var(--badsoft); }
.stream dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .2rem 0; font-size: .9rem; }
.stream dt { grid-column: 1; color: var(--dim); } .stream dd { grid-column: 2; margin: 0; overflow-wrap: anywhere; }
.step-head { display: flex; justify-content: space-between; gap: 1rem; } .step-links a { margin-left: .7rem; }
.bar { width: 25rem; max-width: 40vw; height: 1.2rem; } .bar rect { fill: var(--link); } .bars th { min-width: 12rem; }
tr.fail th, tr.unexpected-pass th { color: var(--bad); } tr.not-exercised th { color: var(--known); }
@media print { nav, .filters { display: none; } article.finding { break-inside: avoid-page; content-visibility: visible; }
  body { max-width: none; } pre { white-space: pre-wrap; } .strip { min-width: 0; } }
`;

/** A radio button that is set hides what is not of its area or kind; no script has a part in it. */
function filterRule(name: 'area' | 'kind', value: Area | (typeof kinds)[number]): string {
  return `body:has(#${name}-${value}:checked) article.finding:not([data-${name}="${value}"]) { display: none; }`;
}

export const style = [
  base,
  ...areas.map((area) => filterRule('area', area)),
  ...kinds.map((kind) => filterRule('kind', kind)),
].join('\n');
