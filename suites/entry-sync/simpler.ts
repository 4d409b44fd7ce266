/** Simpler updates: one or both entries simpler, still such as makers of entries make them. */
import { simplerWords } from '../../generators/simpler-entry.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { writerFormats } from '../../spec/writer-formats.ts';
import { isDrawable } from './drawable.ts';
import { plainerUpdates } from './plain-updates.ts';
import { simplerLayouts } from './simpler-layouts.ts';

/**
 * The plainest updates first; else a plainer made-up format, or the same with a lower number in one or both entries,
 * most drastic first. Of a plain update only plainer ones are simpler, so that no chain goes on for ever.
 */
export function* simplerEntrySync(testCase: EntrySyncCase): Iterable<EntrySyncCase> {
  const { plainer, isPlain } = plainerUpdates(testCase);
  const { area, profile } = testCase;
  for (const update of plainer) yield { area, profile, ...update };
  if (isPlain) return;
  for (const candidate of simplerLayouts(testCase)) if (isDrawable(candidate)) yield candidate;
  for (const candidate of candidates(testCase)) if (isDrawable(candidate)) yield candidate;
}

function* candidates(testCase: EntrySyncCase): Iterable<EntrySyncCase> {
  const { format, from, to } = testCase;
  const layout = format === 'synthetic' ? undefined : writerFormats[format].knowledge.layout;
  for (const word of from.keys()) {
    const [held, target] = [from[word]!, to[word]!];
    if (held !== 0n && target !== 0n) yield { ...testCase, from: from.with(word, 0n), to: to.with(word, 0n) };
    if (held > target) yield { ...testCase, from: from.with(word, target) };
    if (target > held) yield { ...testCase, to: to.with(word, held) };
  }
  for (const simpler of simplerWords(from, layout)) yield { ...testCase, from: simpler };
  for (const simpler of simplerWords(to, layout)) yield { ...testCase, to: simpler };
  // What both entries hold alike may have to change in both at once.
  for (const simpler of simplerWords(from, layout)) {
    const word = simpler.findIndex((value, index) => value !== from[index]);
    const cleared = from[word]! & ~simpler[word]!;
    const both = (to[word]! & cleared) === cleared && (simpler[word]! & ~from[word]!) === 0n;
    if (both) yield { ...testCase, from: simpler, to: to.with(word, to[word]! & ~cleared) };
  }
}
