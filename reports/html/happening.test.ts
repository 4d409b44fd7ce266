/** What the pages of findings tell beside the pictures of the browser tests. */
import { expect, test } from 'vitest';
import { bugs } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type { Finding } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../../suites/core/answer.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { areaOf, resultOf } from '../result.fixture.ts';
import { sampleFinding } from '../sample.fixture.ts';
import { htmlReport } from './page.ts';

/** What the bug breaks first in its smallest case. */
async function findingOf(id: string): Promise<Finding> {
  const bug = bugs.find((one) => one.id === id);
  if (bug === undefined) throw new RangeError(id);
  const { area, smallest } = bug;
  const answer = await ask(await loadFaulty(bug), smallest);
  const { verdict, observation } = judgeAnswer(await suiteOf(area), smallest, answer);
  const [mismatch] = verdict.mismatches;
  if (mismatch === undefined) throw new RangeError(`${id} was not found`);
  return { ...sampleFinding, ...mismatch, id: mismatch.rule, area, case: smallest, observation };
}
const pageOf = async (id: string): Promise<string> =>
  htmlReport({ results: [resultOf([areaOf([await findingOf(id)])])] });

test('a condition of a fault says what it leads to', async () => {
  expect(await pageOf('pasid-directory-reserved-bits')).toMatch(/its fault is 0x52 \(SPD\.3\)/);
});

test('a field that a text names is shown though all of its word is zero', async () => {
  expect(await pageOf('page-snoop-not-used')).toMatch(/word 1 <code>0x0{16}<.*<mark>PGSNP<\/mark>/s);
});

test('a register that was read wrongly has its flags named, and the descriptor behind it is drawn', async () => {
  const page = await pageOf('bypass-barrier-wait-descriptor');
  expect(page).toContain('0x10 (IQE)');
  expect(page).toContain('Invalidation wait descriptor');
});

test('of guest events the wrong one is marked, and the entry that it is about is drawn', async () => {
  const page = await pageOf('pasid-cache-keeps-the-old-entry');
  expect(page).toMatch(/<mark> +\d+ {2}pc_inv global/);
  expect(page).toMatch(/PASID table entry<\/b> \(9\.6\) at 0x[0-9a-f]+: valid/);
});

test('a command of an SMMU queue is drawn with its fields', async () => {
  const page = await pageOf('smmu-atc-inv-without-ats');
  expect(page).toMatch(/<b>CMD_ATC_INV<\/b> \(IHI 0070 4\.5\.1\) as the guest gave it/);
  expect(page).toMatch(/SubstreamID/);
});

test('of an update that never began the entry to be written is drawn beside the timeline', async () => {
  const page = await pageOf('pasid-store-memory-in-bytes');
  expect(page).toContain('target: nothing was stored');
  expect(page).toMatch(/PASID table entry<\/b> \(9\.6\) to be written/);
});

test('where no structure is read, the root table address is drawn', async () => {
  expect(await pageOf('reserved-table-mode')).toContain('RTADDR, root table address register');
});
