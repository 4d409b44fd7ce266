/** The page of one finding: the rule, what differs, how it comes about, and how to see it again. */
import { type ComponentChild, h } from 'preact';
import { qtestScript, whyNoScript } from '../../adapters/qemu/script/qtest-script.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { toJson } from '../../spec/json.ts';
import type { Finding } from '../../spec/schema.ts';
import { caseLines } from '../case-lines.ts';
import { isRemark, isSurprise } from '../finding-kind.ts';
import { withNeededBits } from '../needed-bits.ts';
import { plural } from '../plural.ts';
import { difference } from './difference.ts';
import type { kinds } from './filters.ts';
import { happening } from './happening.ts';
import type { ReportedFinding } from './report-data.ts';
import { conditionStory, story } from './story.ts';

const CASE_LINES = 60;

export function kindOf(finding: Finding): (typeof kinds)[number] {
  if (isSurprise(finding)) return 'unexpected';
  return isRemark(finding) ? 'remark' : 'expected';
}

/** `inFull`: with pictures and reproducer; they are left out when a report would grow too large. */
export function findingArticle(
  { finding, anchor, options, sameAs }: ReportedFinding,
  inFull: boolean,
): ComponentChild {
  const rule = ruleOf(finding.rule);
  return h(
    'article',
    { id: anchor, class: 'finding', 'data-area': finding.area, 'data-kind': kindOf(finding) },
    h(
      'h3',
      null,
      h('a', { href: `#${anchor}`, class: 'self' }, finding.id),
      ' ',
      h('span', { class: `badge ${kindOf(finding)}` }, kindOf(finding)),
    ),
    h('p', { class: 'dim' }, `${finding.implementation}, area ${finding.area}, level ${finding.level}`),
    h(
      'p',
      null,
      h('b', null, rule?.statement ?? 'The catalogue of this version does not know the rule.'),
      rule === undefined ? null : ` (${rule.clause})${conditionStory(finding.rule)}`,
    ),
    sameAs === undefined
      ? null
      : h(
          'p',
          null,
          'Shrunk further, it comes to the same case as ',
          h('a', { href: `#${sameAs}` }, 'this finding'),
          ': probably one cause.',
        ),
    finding.expectedFailure === undefined ? null : h('p', null, `Known: ${finding.expectedFailure}`),
    h('p', null, story(finding)),
    difference(finding.expected, finding.observed),
    inFull ? pictures(finding, anchor) : h('p', { class: 'dim' }, LEFT_OUT),
    replayed(finding, options, inFull),
  );
}

const LEFT_OUT = 'Pictures and case are left out to keep this file small: both are in results.json.';

function pictures(finding: Finding, anchor: string): ComponentChild {
  const lines = caseLines(finding.case, CASE_LINES);
  return [
    h('h4', null, 'How it comes about'),
    happening(finding, anchor),
    h(
      'details',
      null,
      h('summary', null, 'The whole case, words that are zero left out'),
      h('pre', { tabIndex: 0 }, withNeededBits(lines, finding.case, finding.bits).join('\n')),
    ),
    finding.stderr === undefined
      ? null
      : h(
          'details',
          null,
          h('summary', null, 'What the implementation wrote to stderr'),
          h('pre', { tabIndex: 0 }, finding.stderr),
        ),
  ];
}

function replayed(finding: Finding, options: string, inFull: boolean): ComponentChild {
  const { found, seed } = finding;
  const origin = `Found after ${plural(found.afterCases, 'case')} of seed ${seed}, shrunk in ${plural(found.executions, 'execution')}.`;
  if (!inFull) return h('p', { class: 'dim' }, origin);
  return [
    h('h4', null, 'See it again'),
    h('p', null, 'Save the JSON below as ', h('code', null, 'finding.json'), ', then'),
    h('pre', { tabIndex: 0 }, `npx iommu-conformance replay finding.json ${options}`),
    h('p', { class: 'dim' }, origin),
    h(
      'details',
      null,
      h('summary', null, 'The finding as JSON, for a bug report'),
      h('pre', { tabIndex: 0, class: 'json' }, toJson(finding)),
    ),
    scripted(finding),
  ];
}

/** Of a finding against QEMU. */
function scripted(finding: Finding): ComponentChild {
  const script = qtestScript(finding);
  if (script === undefined) {
    const why = whyNoScript(finding);
    return why === undefined ? null : h('p', { class: 'dim' }, `There is no qtest script. ${why}`);
  }
  return h(
    'details',
    null,
    h('summary', null, 'The same as a script that needs only QEMU and Python, for a bug report'),
    h('p', null, 'Save it as ', h('code', null, 'finding.py'), ', then'),
    h('pre', { tabIndex: 0 }, 'python3 finding.py qemu-system-x86_64'),
    h('p', { class: 'dim' }, 'Exit status 1: the bug is there. 0: it is not. 2: it could not be tried.'),
    h('pre', { tabIndex: 0 }, script),
  );
}
