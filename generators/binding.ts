/**
 * Draws cases of area `binding`: a host with a few units and devices, guest tables, then episodes: entries that
 * change with the right invalidation, a wrong one or none, devices that come and go, translation turned on and
 * off, writes tracked; and host calls that fail. A case costs a dozen integers.
 */
import type * as fc from 'fast-check';
import {
  type CapabilityName,
  decodeCapabilities,
  MOST_PASID_BITS,
  withCapabilities,
} from '../spec/capabilities.ts';
import type { BindingCase, BindingStep, Profile } from '../spec/schema.ts';
import { Guest } from './binding-guest.ts';
import {
  contextCache,
  everyTranslation,
  functionsCache,
  pasidCache,
  translations,
} from './binding-invalidations.ts';
import type { Slot } from './binding-slot.ts';
import { Choices } from './choices.ts';
import { DeviceSteps } from './device-steps.ts';
import { anyEpisodes } from './episodes.ts';
import { type TranslationTarget, translationTarget } from './translation-target.ts';

const MOST_UNITS = 3;
/** Host calls of a case, mostly, and those that plug its first device. */
const USUAL_CALLS = 24;
const FEW_CALLS = 6;
const MOST_IN_A_ROW = 8;
/** Invalidations one behind the other. */
const MANY = 6;
/** The second and the third are functions of one device. */
const sourceIds = [0x0010, 0x01fb, 0x01ff, 0x0110] as const;
/** The first of the upper half of a bus, at times in place of the last. */
const FIRST_OF_UPPER_HALF = 0x0180;
const FIRST_OF_UPPER_BUSES = 0x8000;
const FUNCTION_BITS = 3;

type Device = BindingCase['devices'][number];
type Unit = BindingCase['units'][number];

/** Cases under `profiles`, shrinking to the first profile, one device and no episode. */
export function anyBindingCase(profiles: readonly Profile[]): fc.Arbitrary<BindingCase> {
  return anyEpisodes(bindingProfiles(profiles).map(translationTarget), build);
}

/** Units that bind something, seldom one that refuses every device; what is offered where there is none. */
export function bindingProfiles(profiles: readonly Profile[]): readonly Profile[] {
  const decoded = profiles.map((profile) => ({ profile, ...decodeCapabilities(profile) }));
  const scalable = decoded.filter(({ SMTS }) => SMTS === 1);
  const binding = scalable.filter(({ CM, FSTS }) => CM === 1 && FSTS === 1);
  const refusing = scalable.filter(({ CM }) => CM === 0).slice(0, Math.ceil(binding.length / 16));
  const chosen = binding.length > 0 ? [...binding, ...refusing] : scalable;
  return (chosen.length > 0 ? chosen : decoded).map(({ profile }) => profile);
}

function build(
  target: TranslationTarget,
  shape: number,
  deviceSeeds: readonly number[],
  episodes: readonly number[],
  failures: readonly number[],
): BindingCase {
  const choices = new Choices(shape);
  const units: Unit[] = [];
  for (let count = 1 + choices.pick(MOST_UNITS); count > 0; count--) units.push(drawUnit(target, choices));
  const devices = deviceSeeds.map((one, index) => drawDevice(target, units, index, new Choices(one)));
  const guest = new Guest(target, devices, choices);
  const memory = guest.memory();
  const story = new Story(guest, devices);
  story.begin(choices);
  for (const one of episodes) story.episode(new Choices(one));
  if (story.steps.length === 0) story.plug(0);
  return {
    area: 'binding',
    profile: target.profile,
    units,
    devices,
    rtaddr: guest.rtaddr(),
    memory,
    steps: story.steps,
    failing: failingCalls(failures),
  };
}

/** Single calls that fail, or several in a row, as in a step that is taken back; most are among the first. */
function failingCalls(seeds: readonly number[]): number[] {
  const failing = new Set<number>();
  for (const one of seeds) {
    const choices = new Choices(one);
    const first = choices.pick(choices.one([FEW_CALLS, USUAL_CALLS, USUAL_CALLS * 4]));
    const count = choices.one([1, 1, 2, 1 + choices.pick(MOST_IN_A_ROW)]);
    for (let number = first; number < first + count; number++) failing.add(number);
  }
  return [...failing].toSorted((a, b) => a - b);
}

/** NEST and FSTS of ECAP_REG. */
const NESTING = (1n << 26n) | (1n << 47n);
/** Registers of a host that can do all that the guest is told of, and nesting. */
export function nestingUnit({ cap, ecap }: Profile): Pick<Unit, 'cap' | 'ecap'> {
  return { cap, ecap: ecap | NESTING };
}

/** What a host may have that the guest is told nothing of. */
const beyond = { FS1GP: 1, FS5LP: 1, SRS: 1 } as const;

/** What a host may lack. */
const lacking: readonly CapabilityName[] = ['NEST', 'FSTS', 'FS1GP', 'FS5LP', 'SRS', 'EAFS', 'PASID'];

/** A unit of the host that can do all that the guest is told of, seldom all but one thing. */
function drawUnit(target: TranslationTarget, choices: Choices): Unit {
  const traits = { coherent: !choices.oneIn(3), erratum772415: choices.oneIn(4) };
  const lack = choices.oneIn(8) ? choices.one(lacking) : undefined;
  const narrow = choices.oneIn(24);
  const fewPasids = choices.oneIn(24);
  const more = choices.oneIn(8);
  if (lack === undefined && !narrow && !fewPasids && !more) {
    return { ...nestingUnit(target.profile), ...traits };
  }
  const changes: Partial<Record<CapabilityName, number>> = more ? { ...beyond } : {};
  if (lack) changes[lack] = 0;
  // Nesting is first stage over second (11.4.3).
  if (lack === 'FSTS') changes.NEST = 0;
  const { MGAW, PSS } = target.capabilities;
  // By one, or by much.
  if (narrow) changes.MGAW = choices.oneIn(2) ? MGAW - 1 : Math.min(MGAW, 38);
  if (fewPasids) changes.PSS = choices.oneIn(2) ? Math.max(PSS - 1, 0) : 7;
  return { ...withCapabilities(nestingUnit(target.profile), changes), ...traits };
}

function drawDevice(
  { capabilities, pasids }: TranslationTarget,
  units: readonly Unit[],
  index: number,
  choices: Choices,
): Device {
  const widest = pasids && capabilities.PASID === 1 ? capabilities.PSS + 1 : 0;
  const device = {
    sourceId: index === 3 && choices.oneIn(2) ? FIRST_OF_UPPER_HALF : (sourceIds[index] ?? index),
    unit: choices.pick(units.length),
    pasidBits:
      widest === 0 || choices.oneIn(4) ? 0 : choices.one([widest, Math.min(choices.one([4, 8, 9]), widest)]),
  };
  const iommufd = choices.oneIn(16) ? {} : { iommufd: choices.oneIn(4) ? 1 : 0 };
  if (choices.oneIn(8)) device.sourceId |= FIRST_OF_UPPER_BUSES;
  // Wider than the guest is told that its unit takes: those are blocked (SGN.10).
  if (pasids && choices.oneIn(8)) device.pasidBits = MOST_PASID_BITS;
  return { ...device, ...iommufd };
}

/** The steps of a case as they are drawn. */
class Story extends DeviceSteps<BindingStep> {
  readonly #guest: Guest;
  readonly #devices: readonly Device[];
  #tracks = false;

  constructor(guest: Guest, devices: readonly Device[]) {
    super();
    this.#guest = guest;
    this.#devices = devices;
  }

  /** Devices come before translation is turned on, or later and are bound as they do. */
  begin(choices: Choices): void {
    if (choices.oneIn(3)) this.#track(true);
    const late = choices.oneIn(2);
    if (late) this.enable(true);
    if (late || !choices.oneIn(4)) for (const device of this.#devices.keys()) this.plug(device);
    // Of the first host calls some fail: tables have to be told by one that does.
    if (!this.#tracks && choices.oneIn(8)) this.#track(true);
    if (!late && !choices.oneIn(8)) this.enable(true);
  }

  episode(choices: Choices): void {
    switch (choices.pick(14)) {
      case 7:
        this.move(choices.pick(this.#devices.length));
        break;
      case 8:
        this.#trackWrites(choices);
        break;
      case 9:
        this.#restart(choices);
        break;
      case 10:
        this.#changeContext(choices);
        break;
      case 11:
        this.steps.push({ step: 'root', rtaddr: this.#guest.rtaddr(choices.pick(2)) });
        if (choices.oneIn(2)) this.steps.push(pasidCache(this.#guest, this.#slot(choices), choices));
        break;
      case 12:
        this.#changePath(choices);
        break;
      case 13:
        this.#moveRequesterPasid(choices);
        break;
      case 5:
        // So many that a call which fails is one of them, with others behind it.
        if (choices.oneIn(4)) this.steps.push(...Array.from({ length: MANY }, () => everyTranslation));
        else this.steps.push(translations(this.#guest, this.#slot(choices), choices));
        break;
      case 6:
        this.#dropTranslations(choices);
        break;
      default:
        this.#changeEntry(choices);
    }
  }

  #slot(choices: Choices): Slot {
    return choices.one(this.#guest.slots);
  }

  #changeEntry(choices: Choices): void {
    this.#changeSlot(this.#slot(choices), choices);
  }

  #changeSlot(slot: Slot, choices: Choices): void {
    this.steps.push(this.#guest.store(slot, this.#guest.draw(slot, choices), choices));
    if (!choices.oneIn(8)) this.steps.push(pasidCache(this.#guest, slot, choices));
    if (choices.oneIn(3)) this.steps.push(translations(this.#guest, slot, choices));
  }

  /** At times of an entry that has just changed its domain alone: by either id, where its table is kept (6.5.2.4). */
  #dropTranslations(choices: Choices): void {
    const slot = this.#guest.translatedSlot(choices);
    if (choices.oneIn(2)) {
      this.steps.push(this.#guest.changeDomain(slot, choices));
      this.steps.push(pasidCache(this.#guest, slot, choices));
    }
    this.steps.push(translations(this.#guest, slot, choices));
  }

  /** What is tracked is told off again, now or later: tables that were made in between are to be told as well. */
  #trackWrites(choices: Choices): void {
    this.#track(choices.oneIn(8) ? this.#tracks : !this.#tracks);
    if (!this.#tracks || choices.oneIn(2)) return;
    this.#changeEntry(choices);
    this.#track(false);
  }

  #track(on: boolean): void {
    this.#tracks = on;
    this.steps.push({ step: 'track-dirty', on });
  }

  #changeContext(choices: Choices): void {
    const index = choices.pick(this.#devices.length);
    this.steps.push(this.#guest.changeContext(index, choices));
    const device = this.#devices[index] as Device;
    const sibling = this.#devices.findIndex((one) => one !== device && isSameDevice(one, device));
    if (sibling >= 0 && choices.oneIn(2)) {
      this.steps.push(this.#guest.changeContext(sibling, choices), functionsCache(device));
    } else if (!choices.oneIn(8)) this.steps.push(contextCache(device, choices));
    if (choices.oneIn(2)) this.steps.push(pasidCache(this.#guest, this.#slot(choices), choices));
  }

  /** To an entry like the one before, which then changes: what is bound has to be known by the new PASID. */
  #moveRequesterPasid(choices: Choices): void {
    const slot = this.#guest.besideRequester(this.#slot(choices), choices);
    this.steps.push(...this.#guest.moveRequesterPasid(slot));
    if (!choices.oneIn(8)) this.steps.push(contextCache(this.#devices[slot.device] as Device, choices));
    this.steps.push(translations(this.#guest, slot, choices));
    if (choices.oneIn(2)) this.#changeSlot(slot, choices);
  }

  /** Sometimes what was changed is put right again. */
  #changePath(choices: Choices): void {
    const slot = this.#slot(choices);
    const device = this.#devices[slot.device] as Device;
    const which = choices.pick(2 ** 31);
    for (let times = 1 + choices.pick(2); times > 0; times--) {
      this.steps.push(this.#guest.changePath(slot, new Choices(which)));
      const isOfContext = choices.oneIn(2);
      if (choices.oneIn(8)) continue;
      this.steps.push(isOfContext ? contextCache(device, choices) : pasidCache(this.#guest, slot, choices));
    }
  }

  #restart(choices: Choices): void {
    if (!choices.oneIn(3)) {
      this.enable(!this.enabled);
      return;
    }
    this.steps.push({ step: 'reset' });
    this.enabled = false;
    this.steps.push({ step: 'root', rtaddr: this.#guest.rtaddr() });
    this.enable(true);
  }
}

/** Two functions of one, which differ in the lowest bits of their source ids. */
function isSameDevice(one: Device, other: Device): boolean {
  return one.sourceId >> FUNCTION_BITS === other.sourceId >> FUNCTION_BITS;
}
