/** Ranges to walk: around pages, from one to another, everything there is, and at or beyond the address width. */
import type { Choices } from './choices.ts';
import { framesOf } from './tables.ts';
import type { SecondStageDomain } from './translation-domains.ts';
import type { Mapping } from './translation-mappings.ts';

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

const FRAME = 0x1000n;
const LAST = 2n ** 64n - 1n;

/** Any range; wide ones are few, since the reference reads every entry of the tables in them. */
export function drawRange(domain: SecondStageDomain, mappings: readonly Mapping[], choices: Choices): Range {
  const kind = choices.pick(64);
  const limit = 1n << BigInt(domain.second.limitBits);
  if (kind === 63) return { start: 0n, end: choices.one([LAST, limit, limit + 1n, 2n ** 63n]) };
  if (kind === 62) return { start: 0n, end: endOf(choices.one(mappings), choices) };
  if (kind === 61) return { start: startOf(choices.one(mappings), choices), end: LAST };
  if (kind === 60) return beyond(limit, choices);
  if (kind === 59) return atLimit(limit, choices);
  if (kind === 58) return empty(choices.one(mappings), limit, choices);
  if (kind >= 50) {
    // From one page to another, in either order.
    return { start: startOf(choices.one(mappings), choices), end: endOf(choices.one(mappings), choices) };
  }
  return drawNarrowRange(domain, mappings, choices);
}

/** A few entries before, in and after a page. */
export function drawNarrowRange(
  domain: SecondStageDomain,
  mappings: readonly Mapping[],
  choices: Choices,
): Range {
  const mapping = choices.one(mappings);
  // Counted in entries of the level of the page or of a lower one, which cuts the page.
  const level = 1 + ((mapping.level - 1 + choices.one([0, 0, 0, 1, 2])) % mapping.level);
  const unit = framesOf(level);
  const own = mapping.frame - (mapping.frame % framesOf(mapping.level));
  const from = own + unit * choices.one([0, 0, -1, 1, -3, choices.pick(512)]);
  const frames = 2 ** (domain.second.limitBits - 12);
  const start = BigInt(Math.min(Math.max(from, 0), frames - 1)) * FRAME;
  const size = BigInt(unit * (1 + choices.one([0, 1, 1, 3, choices.pick(12)]))) * FRAME;
  // At times not aligned to pages.
  const late = choices.oneIn(6) ? offsetInEntry(unit, choices) : 0n;
  const short = choices.oneIn(6) ? offsetInEntry(unit, choices) : 0n;
  return { start: start + late, end: start + size - short };
}

/** Bytes that reach into a page or, of an entry for `frames`, to its last byte. */
function offsetInEntry(frames: number, choices: Choices): bigint {
  const last = BigInt(frames) * FRAME - 1n;
  return choices.one([1n, last, last, FRAME - 1n, BigInt(1 + choices.pick(0xfff))]);
}

function beyond(limit: bigint, choices: Choices): Range {
  const above = choices.one([0n, 0n, 1n, FRAME, limit, 2n ** 63n - limit, choices.word()]);
  const start = limit + above > LAST ? LAST : limit + above;
  return { start, end: choices.one([LAST, start + 1n > LAST ? LAST : start + 1n, LAST, start, 0n]) };
}

function atLimit(limit: bigint, choices: Choices): Range {
  const start = limit - choices.one([FRAME, 1n, 2n * FRAME, 0x20_0000n]);
  return { start, end: limit + choices.one([0n, 0n, -1n, 1n, FRAME, limit, LAST - limit]) };
}

function empty(mapping: Mapping, limit: bigint, choices: Choices): Range {
  const start = choices.one([startOf(mapping, choices), 0n, limit - 1n]);
  const end = choices.one([start, start, start - 1n, 0n]);
  return { start, end: end < 0n ? 0n : end };
}

function startOf({ frame, level }: Mapping, choices: Choices): bigint {
  const size = framesOf(level);
  return BigInt(choices.oneIn(3) ? frame : frame - (frame % size)) * FRAME;
}

function endOf(mapping: Mapping, choices: Choices): bigint {
  const pages = choices.oneIn(2) ? framesOf(mapping.level) : 1;
  return startOf(mapping, choices) + BigInt(pages) * FRAME;
}
