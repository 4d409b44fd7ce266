/** The command of an SMMU queue that a finding turns on: the guest's own, or what became of it. */
import type { Layout } from '../spec/layouts/layout.ts';
import { smmuCommands } from '../spec/layouts/smmu-commands.ts';
import type { Finding, SmmuNestingCase, SmmuNestingObservation } from '../spec/schema.ts';

const SYNC = 0x46;
/** Rules about what reaches the host, about what is passed on, also after a failure, and about how far a queue comes. */
const aboutCommands = /^smmu-nesting\.(?<kind>convert|forward|queue|failure\.exact)/;

export interface DecidingCommand {
  readonly layout: Layout;
  readonly words: readonly bigint[];
  readonly where: string;
}

/** Undefined where the rule is not about commands, or the opcode of the one that it is about is not known. */
export function decidingCommand(
  { steps }: SmmuNestingCase,
  observation: SmmuNestingObservation | null,
  { rule, expected, observed }: Pick<Finding, 'rule' | 'expected' | 'observed'>,
): DecidingCommand | undefined {
  const kind = aboutCommands.exec(rule)?.groups?.['kind'];
  const last = Number(/\(step (\d+):/.exec(observed)?.[1] ?? steps.length - 1);
  if (kind === 'convert') {
    const calls = observation?.steps[last]?.calls ?? [];
    return drawn(
      calls.flatMap((call) => (call.call === 'issue' ? call.commands : [])),
      'as the host was given it',
    );
  }
  if (kind === undefined) return undefined;
  const given = steps
    .slice(0, last + 1)
    .flatMap((step) => ('commands' in step && step.commands ? [step.commands] : []));
  const stopped = Math.min(...[expected, observed].map((text) => Number(/^(\d+) consumed/.exec(text)?.[1])));
  const head = kind === 'queue' ? given.at(-1)?.[stopped] : undefined;
  return drawn(head === undefined ? given.flat() : [head], 'as the guest gave it');
}

/** The last that is no SYNC, if there is one. */
function drawn(commands: readonly (readonly bigint[])[], where: string): DecidingCommand | undefined {
  const words = commands.findLast((one) => opcodeOf(one) !== SYNC) ?? commands.at(-1);
  const layout = words && smmuCommands.get(opcodeOf(words))?.layout;
  return layout && { layout, words, where };
}

function opcodeOf([low = 0n]: readonly bigint[]): number {
  return Number(low & 0xffn);
}
