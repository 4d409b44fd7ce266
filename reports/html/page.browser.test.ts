/** The report in a real browser: it opens without a word of complaint, filters, unfolds, prints, and is accessible. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, Result } from '../../spec/schema.ts';
import { slowness } from '../../suites/faulty/yardstick.ts';
import { resultOfAllKinds } from './all-kinds.fixture.ts';
import { htmlReport } from './page.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const folder = mkdtempSync(path.join(tmpdir(), 'report-'));
const file = path.join(folder, 'index.html');
let browser: Browser;
let result: Result;

beforeAll(async () => {
  result = await resultOfAllKinds();
  writeFileSync(file, htmlReport({ results: [result] }));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: 0 });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface PageOptions {
  readonly bypassCSP?: boolean;
  readonly colorScheme?: 'light' | 'dark';
}

/** Without Playwright's own limits, which a busy machine breaks: what is stuck ends with its test. */
async function newPage(options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(0);
  return page;
}

async function opened(options: PageOptions = {}) {
  const page = await newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}

/** Findings that are to be seen. */
const shown = (page: Page) => page.locator('article.finding:visible').count();

test('the page opens with a finding for each, asks for nothing else, and has nothing to complain about', async () => {
  const { page, complaints } = await opened();
  const findings = result.areas.reduce((sum, area) => sum + area.findings.length, 0);
  expect(await shown(page)).toBe(findings);
  expect(new Set(result.areas.map(({ area }) => area)).size).toBeGreaterThan(2);
  expect(complaints).toEqual([]);
});

test('filters by kind and area leave what is asked for', async () => {
  const { page } = await opened();
  await page.getByLabel('remark', { exact: true }).check();
  expect(await shown(page)).toBe(1);
  await page.getByLabel('expected', { exact: true }).check();
  expect(await shown(page)).toBe(1);
  await page.locator('#kind-all').check();
  for (const { area, findings } of result.areas) {
    await page.locator(`#area-${area}`).check();
    expect(await shown(page), area).toBe(findings.length);
  }
});

test('keys alone reach a filter and unfold a case', async () => {
  const { page } = await opened();
  await page.locator('article details > summary').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('article details[open]').count()).toBeGreaterThan(0);
  await page.locator('#kind-all').focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('#kind-unexpected').isChecked()).toBe(true);
});

test('a link leads to a finding', async () => {
  const { page } = await opened();
  const last = page.locator('article.finding').last();
  await last.locator('a.self').click();
  expect(new URL(page.url()).hash).toBe(`#${await last.getAttribute('id')}`);
});

test('it prints, without what can only be clicked', async () => {
  const { page } = await opened();
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.filters').isVisible()).toBe(false);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});

test('a thousand findings open with less than a second of work of the page, however busy or slow the machine', async () => {
  const many = result.areas.map((area) => ({
    ...area,
    findings: Array.from({ length: Math.ceil(1000 / result.areas.length) }, (_, index) => {
      const finding = area.findings[index % area.findings.length] as Finding;
      return { ...finding, id: `${finding.id}-${index}` };
    }),
  }));
  const large = path.join(folder, 'large.html');
  writeFileSync(large, htmlReport({ results: [{ ...result, areas: many }] }));
  const before = slowness();
  const page = await newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.goto(`file://${large}`);
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const { metrics } = await devtools.send('Performance.getMetrics');
  expect(await page.locator('article.finding').count()).toBeGreaterThanOrEqual(1000);
  const seconds = metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN;
  expect(seconds / ((before + slowness()) / 2)).toBeLessThan(1);
});

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test('an accessibility checker finds nothing', async () => {
    // The checker is a script, which the policy of the page would refuse.
    const { page } = await opened({ bypassCSP: true, colorScheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate('axe.run().then((found) => found.violations)');
    const told = (violations as { id: string; nodes: { html: string }[] }[]).map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`,
    );
    expect(told).toEqual([]);
  });
});
