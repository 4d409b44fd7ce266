/**
 * What all stubs share: requests are read from stdin, right replies are written to stdout. Each stub says
 * what it does otherwise; a `happy` one says nothing. They decode legacy root entries (VT-d 9.1).
 *
 *   node examples/stubs/NAME.ts [PAGE]
 *
 * With PAGE a stub deviates only at the entry that points to this page: `node examples/stubs/crashes.ts 7`
 * dies of the entry 0x7001. Without, it deviates at each entry that it understands.
 */
import { createInterface } from 'node:readline';

export const claims = { name: 'stub', version: '1.0', profile: 'any', areas: ['entry'] };

/** What is answered to a case: an observation, or why it is passed over. */
export type Answer = { readonly observation: { readonly fault: number | null } } | { readonly skip: string };

/** What a stub does otherwise; left out: the right thing. Returns true when the right thing is to follow. */
export interface Deviation {
  hello?(id: number): boolean | Promise<boolean>;
  /** `asked`: cases so far, this one included. */
  run?(id: number, answer: Answer, asked: number): boolean | Promise<boolean>;
  bye?(): void;
}

interface EntryCase {
  readonly format: string;
  readonly words: readonly string[];
  readonly profile: { readonly haw: number };
}

/** Straight to stdout, with nothing added. */
export function say(text: string): void {
  process.stdout.write(text);
}

export function replyLine(id: number, body: object): string {
  return `${JSON.stringify({ id, ...body })}\n`;
}

export function reply(id: number, body: object): void {
  say(replyLine(id, body));
}

/** Hears nothing more, not even the end of stdin. */
export function hang(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function answerTo({ format, words, profile }: EntryCase): Answer {
  if (format !== 'root-legacy') return { skip: 'it decodes legacy root entries only' };
  const [low = 0n, high = 0n] = words.map(BigInt);
  if ((low & 1n) === 0n) return { observation: { fault: 0x01 } };
  if ((low & 0xffen) !== 0n || low >> BigInt(profile.haw) !== 0n || high !== 0n) {
    return { observation: { fault: 0x0a } };
  }
  return valid(`0x${(low - 1n).toString(16)}`);
}

/** The answer to a present entry with this context-table pointer. */
export function valid(CTP: string | number): { readonly observation: { readonly fault: null } } {
  const observation = { fault: null, fields: { CTP } };
  return { observation };
}

/** The legacy root entries that point to `page`; without a page, all of them. */
export function pointsTo(page: string | undefined): (testCase: EntryCase) => boolean {
  return ({ format, words: [low = ''] }) =>
    format === 'root-legacy' && (page === undefined || BigInt(low) >> 12n === BigInt(page));
}

/** Answers until bye or the end of stdin; deviates at the cases for which `isMeant`. */
export async function serve(
  { hello, run, bye }: Deviation = {},
  isMeant = pointsTo(process.argv[2]),
): Promise<void> {
  let asked = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, op, case: testCase } = JSON.parse(line);
    if (op === 'hello') {
      if (!hello || (await hello(id))) reply(id, claims);
    } else if (op === 'run') {
      asked++;
      const answer = answerTo(testCase);
      if (!run || !isMeant(testCase) || (await run(id, answer, asked))) reply(id, answer);
    } else if (op === 'bye') {
      bye?.();
      process.exit(0);
    } else {
      reply(id, { error: `unknown op ${op}` });
    }
  }
}
