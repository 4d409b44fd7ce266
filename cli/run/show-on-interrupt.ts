/** A check that is interrupted shows and saves what it has found until then: nobody will see its report. */
import { isSurprise } from '../../reports/finding-kind.ts';
import type { Palette } from '../../reports/palette.ts';
import { plural } from '../../reports/plural.ts';
import type { Finding } from '../../spec/schema.ts';
import { type InterruptedStatus, onInterrupt } from './interrupt.ts';
import type { ReportOptions } from './report.ts';

export interface FoundSoFar {
  readonly add: (finding: Finding) => void;
  /** Does not return where the process is being ended. */
  readonly stop: () => Promise<void>;
}

/** `end` is told last, with the exit status and what stderr is told. */
export function showOnInterrupt(
  seed: string,
  report: ReportOptions,
  palette: Palette,
  say: (line: string) => void,
  end: (status: InterruptedStatus, told: string) => void = () => {},
): FoundSoFar {
  const found: Finding[] = [];
  const { stop } = onInterrupt(async (status) => {
    const surprises = found.filter(isSurprise);
    const { savedFindingLines } = await import('./saved-findings.ts');
    for (const line of surprises.flatMap((finding) => savedFindingLines(finding, [], report, palette)))
      say(line);
    const told = `interrupted, seed ${seed}: ${plural(surprises.length, 'finding')} until then`;
    end(status, told);
    process.stderr.write(`${told}\n`);
  });
  return { add: (finding) => found.push(finding), stop };
}
