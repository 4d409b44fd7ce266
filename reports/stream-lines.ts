/** A stream in short: what each step does, one line a step, then the tables that it begins with. */
import { extract } from '../spec/bits.ts';
import { translationTableModes } from '../spec/invalidation/modes.ts';
import { globalFields } from '../spec/invalidation/registers.ts';
import type { InvalidationCase, Store, StreamStep } from '../spec/schema.ts';
import { descriptorLine } from './descriptor-line.ts';
import { hex, shortHex } from './hex.ts';
import { memoryLines } from './memory-lines.ts';
import { requestLine } from './request-line.ts';

export function streamLines(testCase: InvalidationCase): readonly string[] {
  return [
    ...testCase.steps.flatMap((step, index) => stepLines(step, index)),
    ...startLines(testCase),
    ...memoryLines(testCase.memory),
  ];
}

/** How the unit stands before the first step. */
function startLines({ rtaddr, iqa, translationEnabled }: InvalidationCase): readonly string[] {
  const queue = iqa === undefined ? 'no queue' : `queue ${queueText(iqa)}`;
  const enabled = translationEnabled ? 'on' : 'off';
  return [`RTADDR ${hex(rtaddr)} ${modeText(rtaddr)}, translation ${enabled}, ${queue}`];
}

function queueText(iqa: bigint): string {
  const width = extract(iqa, 11, 11) === 1n ? 256 : 128;
  const bytes = 4096n << extract(iqa, 2, 0);
  return `at ${shortHex(extract(iqa, 63, 12) << 12n)}, ${bytes / BigInt(width / 8)} slots of ${width} bits`;
}

function modeText(rtaddr: bigint): string {
  return `(${translationTableModes[Number(extract(rtaddr, 11, 10))]})`;
}

/** One line, but for several descriptors and for what happens during a request. */
export function stepLines(step: StreamStep, index: number): readonly string[] {
  const [first = '', ...more] = textLines(step);
  return [`${String(index).padStart(3)}  ${first}`, ...more.map((line) => `     ${line}`)];
}

function textLines(step: StreamStep): readonly string[] {
  switch (step.step) {
    case 'store':
      return [storeText(step)];
    case 'write':
      return [`${step.register} <- ${written(step)}`];
    case 'submit': {
      const times = step.times === undefined ? '' : `${step.times} times `;
      return step.descriptors.map((words, at) =>
        at === 0 ? `submit ${times}${descriptorLine(words)}` : `       ${descriptorLine(words)}`,
      );
    }
    case 'request':
      return [
        requestLine(step.request),
        ...(step.during ?? []).map((store) => `  during it ${storeText(store)}`),
      ];
    case 'read':
      return [`read ${step.register}`];
    case 'load':
      return [`load [${shortHex(step.address)}]`];
  }
}

function storeText({ address, words }: Store): string {
  const value = words.toReversed().map(shortHex).join(':');
  return `store [${shortHex(address)}] = ${value} (${64 * words.length} bits)`;
}

function written({ register, value }: Extract<StreamStep, { step: 'write' }>): string {
  if (register === 'RTADDR') return `${shortHex(value)} ${modeText(value)}`;
  if (register === 'IQA') return `${shortHex(value)} (${queueText(value)})`;
  if (register !== 'GCMD') return shortHex(value);
  const names = Object.entries(globalFields).flatMap(([name, bit]) => ((value & bit) === 0n ? [] : [name]));
  return names.length === 0 ? shortHex(value) : names.join('|');
}
