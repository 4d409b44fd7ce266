/**
 * A command line as words, without a shell: nothing is expanded, nothing is run but the program. Words
 * stand apart by blanks; '…' keeps everything as it is; "…" keeps all but \" and \\; elsewhere a backslash
 * keeps the next character. Quoted and unquoted parts that touch are one word. It is the quoting of POSIX
 * shells without its substitutions.
 */
import { OpenError } from '../open-error.ts';

const piece = /(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gsy;

/** The words of `text`: the program first. Throws an OpenError of kind `usage` that quotes the place. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const match of text.matchAll(piece)) {
    end = match.index + match[0].length;
    const [, blank, single, double, escaped, plain] = match;
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? '');
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  if (end < text.length) throw malformed(`nothing ends what starts with ${JSON.stringify(text.slice(end))}`);
  if (text.includes('\0')) throw malformed('a NUL character can be part of no word');
  if (words[0] === undefined || words[0] === '') throw malformed('it names no program');
  return words;
}

function malformed(problem: string): OpenError {
  return new OpenError('usage', `process: the command line is malformed: ${problem}`);
}
