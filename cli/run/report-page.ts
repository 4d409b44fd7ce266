/** The page of `--report`: its folder is looked at before the work starts, and what draws it is loaded only then. */
import type { Result } from '../../spec/schema.ts';

export interface Page {
  write(results: readonly Result[]): void;
}

/** Refuses a `folder` that can't be written, or that holds a page of something else. */
export async function pageIn(folder: string): Promise<Page> {
  const { refuseReport, writeReport } = await import('./report-folder.ts');
  refuseReport(folder, `--report ${folder}`);
  return { write: (results) => writeReport(folder, { results }) };
}
