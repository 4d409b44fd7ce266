/**
 * Lines of a log in two halves: older kernels give the reason of a fault a line of its own, and mailers break what is
 * long.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import { withoutFronts } from './fronts.ts';
import { logRecord } from './kernel-log.ts';

/** A request without its reason, a unit without its second register, an entry or a descriptor without its second word. */
const firstHalves: readonly RegExp[] = [
  /Request device \[(?!.*\[fault reason)/i,
  /reg_base_addr [0-9a-f]+ ver (?!.* ecap [0-9a-f]+\s*$)/i,
  /entry: hi 0x[0-9a-f]{16},(?!.*low 0x[0-9a-f]{16})/i,
  /(?:QI (?:HEAD|PRIOR)|invalid descriptor): (?!.*(?:qw1|high)\b.*[0-9a-f]+\W*$)/i,
];
const reason = /\[fault reason/;

export class LogHalves {
  /** Halves that nothing has completed. */
  left = 0;
  #first: { readonly text: string; readonly line: number } | undefined;

  /** The record of `line` alone, or with the half that stood before it; `line` is where it began. */
  read(text: string, line: number): { readonly record: DumpRecord; readonly line: number } | undefined {
    const first = this.#first;
    this.#first = undefined;
    const record = logRecord(text);
    if (record !== undefined) {
      if (first !== undefined) this.left++;
      return { record, line };
    }
    for (const whole of first === undefined ? [] : joined(first.text, text)) {
      const joint = logRecord(whole);
      if (joint !== undefined && first !== undefined) return { record: joint, line: first.line };
    }
    if (first !== undefined) this.left++;
    if (firstHalves.some((form) => form.test(text))) this.#first = { text, line };
    return undefined;
  }

  /** Nothing more will complete what is there. */
  end(): void {
    if (this.#first !== undefined) this.left++;
    this.#first = undefined;
  }
}

/** What both halves may be together, whatever stands in front of the second. */
function joined(first: string, second: string): readonly string[] {
  const rests = [...withoutFronts(second), second.slice(Math.max(0, second.search(reason)))];
  return rests.map((rest) => `${first.trimEnd()} ${rest.trim()}`);
}
