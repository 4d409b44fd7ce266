/** Files that are written beside others and never over one. */
import { writeFileSync } from 'node:fs';

/** `stem.json`, `stem-2.json`, `stem-3.json` and so on. */
export function* numberedNames(stem: string): Generator<string, never> {
  for (let attempt = 1; ; attempt++) yield `${stem}${attempt === 1 ? '' : `-${attempt}`}.json`;
}

/** Writes `text` to the first of the names that is free, and returns it. */
export function writeToFreeFile(stem: string, text: string): string {
  const names = numberedNames(stem);
  for (;;) {
    const { value } = names.next();
    if (writeIfFree(value, text)) return value;
  }
}

/** False when there is something of that name, even if it appeared a moment ago. */
export function writeIfFree(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
