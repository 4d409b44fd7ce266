/** Two texts word by word: which words of each the other does not have. */

export interface DifferingWord {
  readonly text: string;
  readonly differs: boolean;
}

/** Runs of spaces stay between what they separate. */
const TOKENS = /\s+|[^\s,;:()[\]]+|[,;:()[\]]/g;

/** `own` in pieces; none differs when the two have so little in common that marks would only disturb. */
export function differingWords(own: string, other: string): readonly DifferingWord[] {
  const [tokens, known] = [tokensOf(own), new Set(tokensOf(other).filter(isWord))];
  const words = tokens.filter(isWord);
  const shared = words.filter((word) => known.has(word)).length;
  const isComparable = 2 * shared >= Math.max(words.length, known.size);
  return tokens.map((text) => ({ text, differs: isComparable && isWord(text) && !known.has(text) }));
}

function tokensOf(text: string): readonly string[] {
  return text.match(TOKENS) ?? [];
}

function isWord(token: string): boolean {
  return /\w/.test(token);
}
