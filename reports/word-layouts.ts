/** Which layout a word of a case has, by the place that its lines name: entries, and what the reference walk reads. */
import { pageWalk } from '../models/reference/page-walk.ts';
import { walkTrace } from '../models/reference/translation.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { Case, PageWalkCase, TranslationCase } from '../spec/schema.ts';
import { usedBitsKnowledge } from '../spec/used-bits/formats.ts';
import { placeOf } from '../suites/core/case-words.ts';
import { layoutTitled } from './walked-layouts.ts';

/** A word of a structure. */
export interface LaidOut {
  readonly layout: Layout;
  readonly word: number;
}

/** Words that no walk reads, and steps, have none. */
export function wordLayouts(testCase: Case): ReadonlyMap<string, LaidOut> {
  switch (testCase.area) {
    case 'entry':
      return named(entryLayouts[testCase.format], 'word');
    case 'used-bits':
      return named(usedBitsKnowledge[testCase.format].layout, 'entry', 'target');
    case 'entry-sync': {
      const { format } = testCase;
      const hasLayout = format !== 'synthetic' && format !== 'amd-dte';
      return hasLayout ? named(usedBitsKnowledge[format].layout, 'from', 'to') : new Map();
    }
    case 'translation':
      return ofWalks(testCase);
    case 'page-walk':
      return ofRange(testCase);
    default:
      return new Map();
  }
}

function named(layout: Layout, ...names: readonly string[]): ReadonlyMap<string, LaidOut> {
  const words = [...Array(layout.words).keys()];
  return new Map(names.flatMap((name) => words.map((word) => [`${name}[${word}]`, { layout, word }])));
}

function ofWalks(testCase: TranslationCase): ReadonlyMap<string, LaidOut> {
  const found = new Map<string, LaidOut>();
  for (const index of testCase.requests.keys()) {
    for (const { name, address, words } of walkTrace(testCase, index)) {
      const layout = layoutTitled(name);
      if (layout === undefined) continue;
      for (const word of words?.keys() ?? []) {
        found.set(placeOf(address + 8n * BigInt(word)), { layout, word });
      }
    }
  }
  return found;
}

function ofRange(testCase: PageWalkCase): ReadonlyMap<string, LaidOut> {
  const found = new Map<string, LaidOut>();
  pageWalk(testCase, {
    call: ({ alternatives: [likeliest] }) => likeliest,
    visit: ({ level, address, word }) => {
      if (word) found.set(placeOf(address), { layout: secondStageLayout(level, word), word: 0 });
    },
  });
  return found;
}
