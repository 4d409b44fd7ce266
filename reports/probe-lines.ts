/** What the doctor found, for a terminal: a line for what is well, the messages and what to do for what is not. */
import type { Condition, Probe } from '../adapters/doctor/probe.ts';
import type { Palette } from './palette.ts';
import { wrap } from './wrap.ts';

const WIDTH = 88;
const STDERR_LINES = 4;

export function probeLines(probe: Probe, palette: Palette): readonly string[] {
  const { condition, subject, found } = probe;
  const isLong = condition !== 'well';
  const head = `${mark(condition, palette)} ${palette.bold(subject.padEnd(isLong ? 0 : 34))}  ${found}`;
  return [
    head,
    ...labelled('sent', wrapped(probe.sent), palette),
    ...labelled('came', wrapped(probe.came), palette),
    ...labelled('expected', wrapped(probe.expected), palette),
    ...labelled('stderr', lastLines(probe.stderr ?? ''), palette),
    ...labelled('do', wrapped(probe.advice), palette),
  ];
}

function mark(condition: Condition, palette: Palette): string {
  switch (condition) {
    case 'well':
      return palette.green('✓');
    case 'ill':
      return palette.red('✗');
    case 'remark':
      return palette.yellow('·');
  }
}

function wrapped(text: string | undefined): readonly string[] {
  return text === undefined ? [] : wrap(text, WIDTH, 12);
}

function lastLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-STDERR_LINES);
}

function labelled(label: string, lines: readonly string[], palette: Palette): readonly string[] {
  return lines.map((line, index) => `    ${palette.dim((index === 0 ? label : '').padEnd(9))} ${line}`);
}
