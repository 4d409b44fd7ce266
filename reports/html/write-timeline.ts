/** An entry update as a timeline: stores and syncs, what memory holds, what hardware could have seen between syncs. */
import { type ComponentChild, h } from 'preact';
import type { EntrySyncCase, TraceEvent } from '../../spec/schema.ts';
import { type SeenViews, seenViews } from '../../suites/entry-sync/seen-views.ts';
import { hex } from '../hex.ts';
import { quantumWordsOf } from '../trace-drawing.ts';

/** More events are not drawn. */
const MOST_EVENTS = 60;

export function writeTimeline(testCase: EntrySyncCase, trace: readonly TraceEvent[]): ComponentChild {
  const { from, to } = testCase;
  const shown = trace.slice(0, MOST_EVENTS);
  const quantumWords = quantumWordsOf(testCase);
  const touched = touchedWords(testCase, shown, quantumWords);
  const views = seenViews(testCase, shown);
  const memory = [...from];
  const rows: ComponentChild[] = [row('start', memory, touched, new Set())];
  for (const [index, event] of shown.entries()) {
    if (event.op === 'sync') {
      const actions = event.actions?.join(', ') ?? '';
      rows.push(
        h(
          'tr',
          { class: 'sync' },
          h('th', { scope: 'row' }, `${index + 1} sync`),
          h('td', { colSpan: touched.length || 1 }, actions),
        ),
      );
    } else {
      const stored = new Set<number>();
      for (const [offset, word] of event.value.entries()) {
        memory[event.quantum * quantumWords + offset] = word;
        stored.add(event.quantum * quantumWords + offset);
      }
      rows.push(row(`${index + 1} store, quantum ${event.quantum}`, memory, touched, stored));
    }
    const seen = views.find(({ end }) => end === index + 1);
    if (seen !== undefined) rows.push(seenRow(seen, touched.length));
  }
  const isReached = memory.every((word, index) => word === to[index]);
  const missed = trace.length === 0 ? 'target: nothing was stored' : 'target, not reached';
  rows.push(row(isReached ? 'target, reached' : missed, to, touched, new Set()));
  return h(
    'table',
    { class: 'timeline' },
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        h('th', { scope: 'col' }, 'event'),
        touched.map((word) => h('th', { scope: 'col' }, `word ${word}`)),
      ),
    ),
    h('tbody', null, rows),
    shown.length < trace.length
      ? h('caption', null, `The first ${shown.length} of ${trace.length} events.`)
      : null,
  );
}

/** Words that differ at some time: the others would hide them. */
function touchedWords(
  { from, to }: EntrySyncCase,
  trace: readonly TraceEvent[],
  quantumWords: number,
): readonly number[] {
  const stored = new Set(
    trace.flatMap((event) =>
      event.op === 'store' ? event.value.map((_, offset) => event.quantum * quantumWords + offset) : [],
    ),
  );
  return from.flatMap((word, index) => (word !== to[index] || stored.has(index) ? [index] : []));
}

function row(
  title: string,
  memory: readonly bigint[],
  words: readonly number[],
  stored: ReadonlySet<number>,
): ComponentChild {
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, title),
    words.map((word) =>
      h('td', { class: stored.has(word) ? 'stored' : '' }, h('code', null, hex(memory[word] ?? 0n))),
    ),
  );
}

function seenRow({ pieces, torn, fetchBits }: SeenViews, columns: number): ComponentChild {
  const changing = pieces.flatMap((values, piece) => (values.length > 1 ? [{ values, piece }] : []));
  const views = pieces.reduce((product, values) => product * values.length, 1);
  return h(
    'tr',
    { class: torn === undefined ? 'seen' : 'seen torn' },
    h('th', { scope: 'row' }, 'hardware may see'),
    h(
      'td',
      { colSpan: columns || 1 },
      h(
        'details',
        { open: torn !== undefined },
        h('summary', null, `${views} ${views === 1 ? 'view' : 'views'}, read in pieces of ${fetchBits} bits`),
        changing.map(({ values, piece }) =>
          h(
            'div',
            null,
            `piece ${piece}: `,
            values.map((value, index) => [
              index > 0 ? ' or ' : '',
              h('code', null, value.map(hex).join(' ')),
            ]),
          ),
        ),
      ),
      torn === undefined
        ? null
        : h(
            'div',
            { class: 'wrong' },
            h('b', null, 'torn: '),
            'neither the old entry nor the new one: ',
            h(
              'code',
              null,
              torn.map((word, index) => (word === 0n ? '' : `[${index}] ${hex(word)} `)).join('') ||
                'all zero',
            ),
          ),
    ),
  );
}
