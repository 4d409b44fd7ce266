/**
 * What a walk of a range remembers as announced: four numbers a mapping (first 4 KiB frame, frames, target
 * frame, rights), ascending. Since a walk ascends too, one place in the list moves along with it.
 */
import type { Mapping } from '../../spec/schema.ts';

const READ = 1;
const WRITE = 2;
const NUMBERS = 4;

/** Mappings that the walk has not passed, from `head` on. */
const ahead: number[] = [];
let head = 0;
/** Mappings that it has passed or made. */
const behind: number[] = [];

/** Starts with `mappings`. */
export function recall(mappings: readonly Mapping[]): void {
  ahead.length = 0;
  behind.length = 0;
  head = 0;
  for (const { iova, size, target, read, write } of mappings) {
    const rights = (read ? READ : 0) | (write ? WRITE : 0);
    ahead.push(Number(iova >> 12n), Number(size >> 12n), Number(target >> 12n), rights);
  }
}

/** How many mappings overlap `frames` from `first` on, which is never below an earlier call's. */
export function overlapping(first: number, frames: number): number {
  while (head < ahead.length && (ahead[head] as number) + (ahead[head + 1] as number) <= first) {
    behind.push(
      ahead[head] as number,
      ahead[head + 1] as number,
      ahead[head + 2] as number,
      ahead[head + 3] as number,
    );
    head += NUMBERS;
  }
  let end = head;
  while (end < ahead.length && (ahead[end] as number) < first + frames) end += NUMBERS;
  return (end - head) / NUMBERS;
}

/** True when the first mapping that overlaps is this very one. */
export function isKnown(first: number, frames: number, target: number, rights: number): boolean {
  return (
    ahead[head] === first &&
    ahead[head + 1] === frames &&
    ahead[head + 2] === target &&
    ahead[head + 3] === rights
  );
}

/** Forgets the first `count` mappings that overlap. */
export function forget(count: number): void {
  head += count * NUMBERS;
}

/** Remembers one more, after `forget` of all that overlap it. */
export function remember(first: number, frames: number, target: number, rights: number): void {
  behind.push(first, frames, target, rights);
}

/** Everything that is remembered, ascending. */
export function remembered(): Mapping[] {
  const numbers = [...behind, ...ahead.slice(head)];
  const mappings: Mapping[] = [];
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const rights = numbers[at + 3] as number;
    mappings.push({
      iova: bytes(numbers[at] as number),
      size: bytes(numbers[at + 1] as number),
      target: bytes(numbers[at + 2] as number),
      read: (rights & READ) !== 0,
      write: (rights & WRITE) !== 0,
    });
  }
  return mappings;
}

function bytes(frames: number): bigint {
  return BigInt(frames) << 12n;
}
