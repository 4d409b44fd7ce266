/** A finding out of a file: what the schema cannot say is checked too, and its text is safe for a terminal. */
import { printable } from '../../adapters/process/printable.ts';
import { caseProblem } from '../../spec/case-form.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { type Finding, findingSchema } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { readJsonFile } from '../read-file.ts';

export function readFinding(file: string): Finding {
  return checkedFinding(readJsonFile(file, findingSchema, 'finding'), `finding ${file} is malformed: `);
}

/** Throws what is wrong with `finding`, behind `place`. */
export function checkedFinding(finding: Finding, place: string): Finding {
  if (ruleOf(finding.rule) === undefined) {
    throw wrongUse(`${place}rule: unknown rule "${printable(finding.rule)}"`);
  }
  const problem = caseProblem(finding.case);
  if (problem !== undefined) throw wrongUse(`${place}case: ${printable(problem)}`);
  if (finding.case.area !== finding.area) {
    throw wrongUse(`${place}case.area: ${finding.case.area}, not ${finding.area}`);
  }
  const { case: testCase, stderr } = finding;
  return {
    ...finding,
    id: printable(finding.id),
    implementation: printable(finding.implementation),
    expected: printable(finding.expected),
    observed: printable(finding.observed),
    ...(stderr === undefined ? {} : { stderr: printable(stderr) }),
    case: { ...testCase, profile: { ...testCase.profile, name: printable(testCase.profile.name) } },
  };
}
