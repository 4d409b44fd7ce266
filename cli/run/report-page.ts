/** The page of `--report`: its folder is looked at before the work starts, and what draws it is loaded only then. */
import type { RunOutcome } from '../../reports/result-json.ts';
import type { Verdicts } from './report-folder.ts';

export interface Page {
  write(runs: readonly RunOutcome[], verdicts?: Verdicts): void;
}

/** Refuses a `folder` that can't be written, or that holds a page of something else. */
export async function pageIn(folder: string): Promise<Page> {
  const { refuseReport, writeReport } = await import('./report-folder.ts');
  refuseReport(folder, `--report ${folder}`);
  return { write: (runs, verdicts) => writeReport(folder, runs, {}, verdicts) };
}
