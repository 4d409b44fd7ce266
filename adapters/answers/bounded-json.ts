/** JSON of a stranger: how deep it goes is seen before anything walks through it. */
import { messageOf, OpenError } from '../open-error.ts';
import { MOST_DEPTH } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** The data of `text`; throws an OpenError that names `place`, such as a file and a line. */
export function parseBounded(text: string, place: string): unknown {
  if (isTooDeep(text)) {
    throw new OpenError('usage', `${place}: more than ${MOST_DEPTH} arrays and objects within each other`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OpenError('usage', `${place}: not JSON: ${messageOf(error)}`);
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (OPENING.includes(code)) {
      if (++depth > MOST_DEPTH) return true;
    } else if (CLOSING.includes(code)) depth--;
  }
  return false;
}
