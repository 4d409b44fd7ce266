/**
 * Cases of area `smmu-nesting`: a few devices behind one or two physical SMMUs, and episodes of a guest that
 * changes entries, invalidates what it should, or something else, makes mistakes in its queue and turns its SMMU
 * on and off; sometimes the host fails.
 */
import type * as fc from 'fast-check';
import { asClaimed } from '../spec/claimed-smmu.ts';
import type { Profile, SmmuNestingCase, SmmuStep, VirtualSmmu } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { DeviceSteps } from './device-steps.ts';
import { anyEpisodes } from './episodes.ts';
import {
  atcInv,
  type Command,
  cfgiCd,
  cfgiSte,
  idle,
  illegal,
  sync,
  tlbi,
  tlbiPages,
} from './smmu-nesting-commands.ts';
import { Guest } from './smmu-nesting-guest.ts';
import { type TranslationTarget, translationTarget } from './translation-target.ts';

const FAILING_CALLS = 18;
const MOST_HANDLED = 3;
const MOST_UNITS = 2;
const nearIds = [0, 1, 0x22, 0x3f] as const;
const farIds = [0, 1, 0x45, 0xc3] as const;
/** Beyond LOG2SIZE of most tables; no multiple of aliases, which other devices may have. */
const BEYOND = 0x210;
/** StreamIDs that differ by multiples of these have the same low bits. */
const aliases = [0x100, 0x400] as const;
const outputWidths = [48, 44, 52] as const;
const LARGEST_WIDTH = 52;

type Device = SmmuNestingCase['devices'][number];

/** Cases under `profiles`, shrinking to the first profile, one device and no episode. */
export function anySmmuNestingCase(profiles: readonly Profile[]): fc.Arbitrary<SmmuNestingCase> {
  return anyEpisodes(profiles.map(translationTarget), build);
}

function build(
  target: TranslationTarget,
  shape: number,
  deviceSeeds: readonly number[],
  episodes: readonly number[],
  failures: readonly number[],
): SmmuNestingCase {
  const choices = new Choices(shape);
  const smmu = drawSmmu(target, choices);
  const guest = new Guest(target, smmu, choices);
  const count = Math.min(1 + choices.pick(MOST_UNITS), target.profile.smmu?.units ?? MOST_UNITS);
  const units = Array.from({ length: count }, () => ({ vmid: 1 + choices.pick(0xffff) }));
  const devices = deviceSeeds.map((one, index) =>
    drawDevice(guest, smmu, units.length, index, new Choices(one)),
  );
  const memory = guest.memory(devices, choices);
  const story = new Story(guest, smmu, devices, failures.length > 0);
  if (!choices.oneIn(4)) for (const device of devices.keys()) story.plug(device);
  if (!choices.oneIn(6)) story.enable(true);
  for (const one of episodes) story.episode(new Choices(one));
  if (story.steps.length === 0) story.plug(0);
  return {
    area: 'smmu-nesting',
    profile: target.profile,
    smmu,
    units,
    devices,
    streamTable: guest.table.registers,
    memory,
    steps: story.steps,
    failing: drawFailing(failures),
  };
}

/** As the profile claims it, and any else. */
function drawSmmu({ profile }: TranslationTarget, choices: Choices): VirtualSmmu {
  // All memory lies below OAS.
  const widths = outputWidths.filter((bits) => profile.backed.every(({ end }) => end <= 1n << BigInt(bits)));
  return asClaimed(profile, {
    streamIdBits: choices.one([16, 16, 16, 8, 9]),
    substreamIdBits: choices.one([8, 8, 0, 0, 20, 20]),
    outputBits: choices.one(widths.length > 0 ? widths : [LARGEST_WIDTH]),
    ats: !choices.oneIn(3),
    pri: choices.oneIn(3),
    twoLevelDescriptors: choices.oneIn(2),
    stallModel: choices.pick(3),
  });
}

function drawDevice(
  { table }: Guest,
  { streamIdBits }: VirtualSmmu,
  units: number,
  index: number,
  choices: Choices,
): Device {
  const id = (table.isTwoLevel ? farIds : nearIds)[index] ?? index;
  const other = choices.oneIn(12) ? BEYOND + id : choices.oneIn(12) ? choices.one(aliases) * index : id;
  return {
    streamId: other < 2 ** streamIdBits ? other : id,
    unit: choices.pick(units),
    physicalStreamId: 0x100 * (index + 1) + choices.pick(0x100),
  };
}

function drawFailing(failures: readonly number[]): SmmuNestingCase['failing'] {
  const byCall = new Map(
    failures.map((one) => {
      const choices = new Choices(one);
      const call = choices.pick(FAILING_CALLS);
      const handled = choices.pick(MOST_HANDLED);
      return [call, handled === 0 ? { call } : { call, handled }] as const;
    }),
  );
  return [...byCall.values()].toSorted((a, b) => a.call - b.call);
}

/** The steps of a case as they are drawn. */
class Story extends DeviceSteps<SmmuStep> {
  readonly #guest: Guest;
  readonly #smmu: VirtualSmmu;
  readonly #devices: readonly Device[];
  readonly #isFailing: boolean;
  #isOtherTable = false;

  constructor(guest: Guest, smmu: VirtualSmmu, devices: readonly Device[], isFailing: boolean) {
    super();
    this.#guest = guest;
    this.#smmu = smmu;
    this.#devices = devices;
    this.#isFailing = isFailing;
  }

  episode(choices: Choices): void {
    const device = choices.pick(this.#devices.length);
    switch (this.#isFailing && choices.oneIn(3) ? 5 : choices.pick(15)) {
      case 5:
      case 6:
      case 7:
        this.#commands(this.#invalidations(choices), choices);
        break;
      case 8:
        this.#mistake(choices);
        break;
      case 9:
        this.enable(choices.oneIn(8) ? this.enabled : !this.enabled);
        break;
      case 10:
        this.steps.push({ step: 'bypass', abort: !choices.oneIn(3) });
        break;
      case 11:
        this.move(device);
        break;
      case 12:
        this.#changeTable(choices);
        break;
      case 13:
        this.#absence(device, choices);
        break;
      case 14:
        if (this.#guest.table.isTwoLevel) this.#changeDescriptor(choices);
        else this.#commands([cfgiSte(this.#streamId(choices), choices), sync], choices);
        break;
      default:
        this.#changeEntry(choices);
    }
  }

  #streamId(choices: Choices): number {
    return (this.#devices[choices.pick(this.#devices.length)] as Device).streamId;
  }

  /** Also one that no device has. */
  #anyStreamId(choices: Choices): number {
    return choices.oneIn(8) ? 0x30 : this.#streamId(choices);
  }

  #changeEntry(choices: Choices): void {
    const streamId = this.#streamId(choices);
    this.steps.push(this.#guest.change(streamId, choices));
    if (choices.oneIn(8)) return;
    const commands = [cfgiSte(choices.oneIn(8) ? this.#anyStreamId(choices) : streamId, choices)];
    if (choices.oneIn(3)) commands.push(sync, tlbi(choices));
    if (choices.oneIn(4)) commands.push(idle(streamId, this.#smmu, choices));
    if (!choices.oneIn(6)) commands.push(sync);
    this.#commands(commands, choices);
  }

  #changeDescriptor(choices: Choices): void {
    const streamId = this.#streamId(choices);
    this.steps.push(this.#guest.changeDescriptor(streamId, choices));
    const commands = [cfgiSte(streamId, choices, choices.oneIn(4))];
    if (!choices.oneIn(6)) commands.push(sync);
    this.#commands(commands, choices);
  }

  /** Entries change and are invalidated while the device is away, or the SMMU disabled: nobody sees it then. */
  #absence(device: number, choices: Choices): void {
    const { streamId } = this.#devices[device] as Device;
    const isAway = choices.oneIn(2);
    if (isAway) this.move(device);
    else this.enable(!this.enabled);
    this.steps.push(this.#guest.change(streamId, choices));
    this.#commands([cfgiSte(streamId, choices), sync], choices);
    if (isAway) this.move(device);
    else this.enable(!this.enabled);
  }

  #changeTable(choices: Choices): void {
    if (this.enabled) this.enable(false);
    this.#isOtherTable = !this.#isOtherTable;
    const { registers, otherRegisters } = this.#guest.table;
    this.steps.push({ step: 'stream-table', ...(this.#isOtherTable ? otherRegisters : registers) });
    if (choices.oneIn(2)) this.#commands([cfgiSte(0, choices), sync], choices);
    if (!choices.oneIn(4)) this.enable(true);
  }

  #invalidations(choices: Choices): Command[] {
    const commands: Command[] = [];
    // Where the host fails more stands in one batch, so that it fails half-way.
    const fewest = this.#isFailing ? 3 : 1;
    if (choices.oneIn(40)) commands.push(...tlbiPages(choices));
    for (let count = fewest + choices.pick(4); count > 0; count--) {
      commands.push(this.#invalidation(choices));
      if (choices.oneIn(this.#isFailing ? 8 : 3)) commands.push(sync);
    }
    if (!choices.oneIn(6)) commands.push(sync);
    return commands;
  }

  #invalidation(choices: Choices): Command {
    const streamId = this.#anyStreamId(choices);
    switch (choices.pick(6)) {
      case 3:
        return cfgiCd(streamId, choices);
      case 2:
      case 4:
        return this.#smmu.ats ? atcInv(streamId, choices) : cfgiCd(streamId, choices);
      case 5:
        return cfgiSte(streamId, choices);
      default:
        return tlbi(choices);
    }
  }

  /** An illegal command among others, sometimes put right. */
  #mistake(choices: Choices): void {
    const commands = this.#invalidations(choices);
    const wrong = illegal(this.#anyStreamId(choices), this.#smmu, choices);
    commands.splice(choices.pick(commands.length + 1), 0, wrong);
    this.steps.push({ step: 'commands', commands });
    if (choices.oneIn(4)) this.#commands(this.#invalidations(choices), choices);
    if (choices.oneIn(6)) this.steps.push({ step: 'acknowledge' });
    if (choices.oneIn(8)) return;
    this.steps.push({ step: 'acknowledge', commands: this.#invalidations(choices) });
  }

  #commands(commands: Command[], choices: Choices): void {
    this.steps.push({ step: 'commands', commands });
    if (!this.#isFailing || choices.oneIn(2)) return;
    const again = choices.oneIn(4) ? { commands: this.#invalidations(choices) } : {};
    this.steps.push({ step: 'acknowledge', ...again });
  }
}
