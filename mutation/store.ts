/** Outcomes of earlier runs, kept as long as neither the file nor anything that judges it has changed. */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from './judge-mutant.ts';

export class Store {
  readonly #path: string;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of linesOf(path)) {
      const { key, outcome } = JSON.parse(line) as { readonly key: string; readonly outcome: Outcome };
      this.#outcomes.set(key, outcome);
    }
  }

  get(key: string): Outcome | undefined {
    return this.#outcomes.get(key);
  }

  set(key: string, outcome: Outcome): void {
    this.#outcomes.set(key, outcome);
    appendFileSync(this.#path, `${JSON.stringify({ key, outcome })}\n`);
  }
}

/** A line that an interrupted run left half written is none. */
function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}}'));
  } catch {
    return [];
  }
}

/** One short text for many long ones. */
export function digest(texts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
