/** Progress on stderr: a spinner on a terminal, a plain line now and then where there is none. */
import type { Area } from '../../spec/schema.ts';
import type { Progress } from '../../suites/core/search.ts';

const PLAIN_LINE_EVERY_MS = 10_000;

export interface ProgressDisplay {
  update(progress: Progress): void;
  stop(): void;
}

export const noProgress: ProgressDisplay = { update: () => {}, stop: () => {} };

/** Shows the sum over all areas under `title`. */
export async function showProgress(title: string, stream: NodeJS.WriteStream): Promise<ProgressDisplay> {
  const latest = new Map<Area, Progress>();
  const started = performance.now();
  const { show, stop } = await showText(title, stream);
  return {
    update(progress) {
      latest.set(progress.area, progress);
      show(sum([...latest.values()], performance.now() - started));
    },
    stop,
  };
}

export interface TextDisplay {
  show(text: string): void;
  stop(): void;
}

export const noText: TextDisplay = { show: () => {}, stop: () => {} };

/** Shows the latest text under `title`. */
export async function showText(title: string, stream: NodeJS.WriteStream): Promise<TextDisplay> {
  // A terminal that does not know its width would make the spinner clear endless lines.
  if (stream.isTTY === true && stream.columns > 0) {
    const { default: ora } = await import('ora');
    const color = process.env['NO_COLOR'] ? false : 'cyan';
    const spinner = ora({ text: title, stream, color, discardStdin: false }).start();
    return {
      show(text) {
        spinner.text = `${title}: ${text}`;
      },
      stop: () => void spinner.stop(),
    };
  }
  let printed = performance.now();
  return {
    show(text) {
      if (performance.now() - printed < PLAIN_LINE_EVERY_MS) return;
      printed = performance.now();
      stream.write(`${title}: ${text}\n`);
    },
    stop: () => {},
  };
}

function sum(all: readonly Progress[], elapsedMs: number): string {
  const total = (pick: (progress: Progress) => number) => all.reduce((found, one) => found + pick(one), 0);
  const cases = total((progress) => progress.cases);
  const perSecond = Math.round((cases * 1000) / Math.max(elapsedMs, 1));
  const exercised = total((progress) => progress.rulesExercised);
  const known = total((progress) => progress.rulesKnown);
  const findings = total((progress) => progress.findings);
  return `${cases} cases, ${perSecond}/s, ${exercised}/${known} rules exercised, ${findings} findings`;
}
