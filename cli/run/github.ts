/** What a run in GitHub Actions tells its runner: problems that then stand beside the run and in the files. */
import { annotations, staleExpectation, type Trouble } from '../../reports/annotations.ts';
import { isSurprise } from '../../reports/finding-kind.ts';
import type { ExpectedFailure } from '../../spec/schema.ts';
import type { CheckOutcome } from './check.ts';
import { trySaving } from './save-findings.ts';
import { staleExpectations } from './stale-expectations.ts';

export interface GithubOptions {
  readonly findingsDirectory: string;
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly allowUnexpectedPass?: boolean;
}

/** None anywhere else. The findings of `outcome` must have been saved already: this names their files. */
export function githubLines(
  outcome: CheckOutcome,
  { findingsDirectory, expectedFailures, allowUnexpectedPass = false }: GithubOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  if (environment['GITHUB_ACTIONS'] !== 'true') return [];
  const { implementation, areas, strayErrors } = outcome;
  const results = areas.flatMap(({ result }) => (result ? [result] : []));
  const findings = results.flatMap((result) => result.findings.filter(isSurprise));
  const stale = allowUnexpectedPass ? [] : staleExpectations(results, expectedFailures);
  const troubles: readonly Trouble[] = [
    ...areas.flatMap(({ area, problem }) =>
      problem === undefined
        ? []
        : [{ title: `${area}: ${implementation.name} gave no result`, message: problem }],
    ),
    ...strayErrors.map((message) => ({ title: `${implementation.name} failed beside its answers`, message })),
    ...stale.map(({ entry: { area, rule, aspect } }) => staleExpectation(area, rule, aspect)),
  ];
  return annotations(findings, troubles, (finding) => trySaving(finding, findingsDirectory).file);
}
