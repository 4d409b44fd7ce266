/** What lint found, as JSON. */
import { ruleOf } from '../spec/catalogue.ts';
import { toJson } from '../spec/json.ts';
import type { LintFinding } from '../suites/lint/finding.ts';
import type { KnownUnit } from '../suites/lint/units.ts';
import type { LintedFile } from './lint-lines.ts';

export function lintJson(files: readonly LintedFile[], problems: readonly string[]): string {
  // Units of several machines may have one name.
  const units = new Map(
    files.flatMap(({ units }) => units.map((known) => [unitText(known), known] as const)),
  );
  return toJson(
    {
      version: 1,
      files: files.map(({ name, kinds, lines, entries, faults, passedOver, left }) => ({
        ...{ name, kinds: [...kinds], lines, entries, faults, passedOver },
        ...(left === 0 ? {} : { findingsLeftOut: left }),
      })),
      units: [...units.values()].map(unitJson),
      findings: files.flatMap(({ findings }) => findings.map(findingJson)),
      problems,
    },
    2,
  );
}

const unitText = (known: KnownUnit): string => toJson(unitJson(known));

function unitJson({ name, unit, source, knowsHostWidth, mode }: KnownUnit): unknown {
  const { cap, ecap, haw, specRev, name: profile } = unit.profile;
  return {
    ...{ name, profile: source === undefined ? profile : name, cap, ecap, haw, knowsHostWidth, specRev },
    ...(source === undefined ? {} : { source }),
    ...(mode === undefined ? {} : { mode }),
  };
}

function findingJson({ place, rule, level, subject, detail, words, other }: LintFinding): unknown {
  const { statement, clause } = ruleOf(rule) ?? {};
  return {
    ...{ ...place, rule, level, clause, statement, subject, detail, words },
    ...(other === undefined ? {} : { other }),
  };
}
