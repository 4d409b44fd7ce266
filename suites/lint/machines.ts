/**
 * Which files are of one machine: registers point to the root table and to the queue that other files show, and tell
 * the mode of the tables. In a folder where they do not, or where two files contradict each other, several machines
 * lie together: there nobody gets registers or a width that nothing ties to it.
 */
import type { DumpRecord, Place } from '../../spec/dumps.ts';
import { queueAddressFields, rootFields } from '../../spec/invalidation/registers.ts';
import { folderOf, isAbove } from './nearest.ts';
import { fileOf } from './parts.ts';

/** What a register points to. */
export type Pointed = 'RTADDR' | 'IQA';

/** A register that points elsewhere than what is shown. */
export interface OtherPlace {
  readonly place: Place;
  readonly value: bigint;
}

const pointers: readonly Pointed[] = ['RTADDR', 'IQA'];
const masks: Readonly<Record<Pointed, bigint>> = {
  RTADDR: rootFields.RTA.mask,
  IQA: queueAddressFields.IQA.mask,
};

/** Linux takes tables for scalable ones by this bit of TTM alone. */
const SCALABLE = 1n << 10n;

export class Machines {
  /** By file, unit and register: the addresses that are shown, and where registers point to. */
  readonly #shown = new Map<string, Set<bigint>>();
  readonly #pointers = new Map<string, OtherPlace[]>();
  /** By folder or file, unit and what it is: all that is said of it there. */
  readonly #said = new Map<string, Set<string>>();
  readonly #shared = new Set<string>();
  /** By file and unit: whether its rows are of scalable mode. */
  readonly #modes = new Map<string, boolean>();

  /** Takes a record of `file`, of `unit`. */
  add(file: string, unit: string, record: DumpRecord, line: number): void {
    switch (record.kind) {
      case 'unit':
        if (record.root !== undefined) this.#show(file, record.unit, 'RTADDR', record.root);
        break;
      case 'table':
        this.#modes.set(`${file}\n${unit}`, record.pasid !== undefined);
        break;
      case 'queue':
        this.#show(file, unit, 'IQA', record.base);
        break;
      case 'register':
        this.#addRegister(file, unit, record, line);
        break;
      case 'boot':
        this.#say(file, unit, 'CAP', `${record.cap}`);
        this.#say(file, unit, 'ECAP', `${record.ecap}`);
        break;
      case 'host-width':
        this.#say(file, '', 'width', `${record.haw}`);
        break;
    }
  }

  /** False for registers of `other` that can't be those of the unit in `file`, as far as the addresses tell. */
  mayShare(other: string, file: string, unit: string): boolean {
    return this.isTied(other, file, unit) ?? !this.isOpen(other, file);
  }

  /** Whether registers of `other` point to what `file` shows of the unit; undefined where nothing tells. */
  isTied(other: string, file: string, unit: string): boolean | undefined {
    const told = pointers.flatMap((register) => {
      const shown = this.#shown.get(`${file}\n${unit}\n${register}`);
      const pointed = this.#pointers.get(`${other}\n${unit}\n${register}`);
      if (shown === undefined || pointed === undefined) return [];
      return [pointed.some(({ value }) => shown.has(value & masks[register]))];
    });
    return told.length === 0 ? undefined : told.includes(true);
  }

  /** True when `other` may be of another machine than `file`: they are of one file that shows several, or of one folder. */
  isOpen(other: string, file: string): boolean {
    if (other === file) return false;
    return fileOf(other) === fileOf(file) ? this.#shared.has(fileOf(file)) : this.isShared(other);
  }

  /** True when the folder of `file` holds files of several machines. */
  isShared(file: string): boolean {
    return this.#shared.has(folderOf(file));
  }

  /** The only register of its folder or of one above that could point to what `file` shows, and points elsewhere. */
  elsewhere(file: string, unit: string, register: Pointed): OtherPlace | undefined {
    const only = this.#onlyPointer(file, unit, register);
    if (only === undefined || !this.#shown.has(`${file}\n${unit}\n${register}`)) return undefined;
    const address = only.value & masks[register];
    const isShown = [...this.#shown].some(
      ([key, shown]) => key.endsWith(`\n${unit}\n${register}`) && shown.has(address),
    );
    return isShown ? undefined : only;
  }

  /** The only RTADDR that may be of the unit in `file`, where its mode is not that of the rows there. */
  ofOtherMode(file: string, unit: string): OtherPlace | undefined {
    const only = this.#onlyPointer(file, unit, 'RTADDR');
    const isScalable = this.#modes.get(`${file}\n${unit}`);
    if (only === undefined || isScalable === undefined) return undefined;
    return ((only.value & SCALABLE) !== 0n) === isScalable ? undefined : only;
  }

  /** True when rows that `ofOtherMode` tells of are read under the registers of `file`. */
  hasOtherMode(file: string, unit: string): boolean {
    const rows = [...this.#modes.keys()].filter((key) => key.endsWith(`\n${unit}`));
    return rows.some((key) => this.ofOtherMode(key.slice(0, -unit.length - 1), unit)?.place.file === file);
  }

  #onlyPointer(file: string, unit: string, register: Pointed): OtherPlace | undefined {
    const [only, ...others] = [...this.#pointers]
      .filter(([key]) => key.endsWith(`\n${unit}\n${register}`))
      .flatMap(([, places]) => places)
      .filter(({ place }) => isAbove(folderOf(place.file), folderOf(file)));
    return others.length === 0 ? only : undefined;
  }

  #addRegister(
    file: string,
    unit: string,
    { name, value }: { readonly name: string; readonly value: bigint },
    line: number,
  ): void {
    if (name === 'CAP' || name === 'ECAP') this.#say(file, unit, name, `${value}`);
    const register = pointers.find((one) => one === name);
    if (register === undefined || (value & masks[register]) === 0n) return;
    const key = `${file}\n${unit}\n${register}`;
    const places = this.#pointers.get(key) ?? [];
    this.#pointers.set(key, places);
    places.push({ place: { file, line }, value });
    this.#say(file, unit, register, `${value & masks[register]}`);
  }

  #show(file: string, unit: string, register: Pointed, address: bigint): void {
    const key = `${file}\n${unit}\n${register}`;
    this.#shown.set(key, (this.#shown.get(key) ?? new Set()).add(address));
    this.#say(file, unit, register, `${address}`);
  }

  #say(file: string, unit: string, what: string, value: string): void {
    for (const place of [folderOf(file), fileOf(file)]) {
      const key = `${place}\n${unit}\n${what}`;
      const all = (this.#said.get(key) ?? new Set()).add(value);
      this.#said.set(key, all);
      if (all.size > 1) this.#shared.add(place);
    }
  }
}
