/** What was expected beside what was observed, with the words that only one of them has marked. */
import { type ComponentChild, h } from 'preact';

/** Runs of spaces stay between what they separate. */
const TOKENS = /\s+|[^\s,;:()[\]]+|[,;:()[\]]/g;

export function difference(expected: string, observed: string): ComponentChild {
  const [left, right] = [tokens(expected), tokens(observed)];
  return h(
    'div',
    { class: 'versus' },
    h('div', null, h('h4', null, 'The architecture allows'), h('p', null, marked(left, right))),
    h('div', null, h('h4', null, 'The implementation'), h('p', null, marked(right, left))),
  );
}

function tokens(text: string): readonly string[] {
  return text.match(TOKENS) ?? [];
}

/** Two sentences that have little in common differ as a whole: marks would only disturb. */
function marked(own: readonly string[], other: readonly string[]): ComponentChild {
  const known = new Set(other.filter(isWord));
  const words = own.filter(isWord);
  const shared = words.filter((word) => known.has(word)).length;
  if (2 * shared < Math.min(words.length, known.size)) return own.join('');
  return own.map((token) => (known.has(token) || !isWord(token) ? token : h('mark', null, token)));
}

function isWord(token: string): boolean {
  return /\w/.test(token);
}
