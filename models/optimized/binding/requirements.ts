/** Why a device can't be plugged (11.4.2, 11.4.3): bits of the guest's registers against those of the host. */
import type { BindingCase, BindingObservation, Profile } from '../../../spec/schema.ts';

type Refusal = NonNullable<BindingObservation['steps'][number]['refused']>;
type Device = BindingCase['devices'][number];
type HostUnit = BindingCase['units'][number];

/** Of CAP and ECAP, as two halves each. */
type Halves = Readonly<Record<'cap' | 'ecap', readonly number[]>>;

function halvesOf({ cap, ecap }: Pick<HostUnit, 'cap' | 'ecap'>): Halves {
  const halves = (register: bigint) => [Number(BigInt.asUintN(32, register)), Number(register >> 32n)];
  return { cap: halves(cap), ecap: halves(ecap) };
}

const bit = (halves: Halves, register: 'cap' | 'ecap', index: number): number =>
  ((halves[register][index >>> 5] as number) >>> (index & 31)) & 1;
const field = (register: bigint, low: number, mask: number): number => Number(register >> BigInt(low)) & mask;

export function refusal(guest: Profile, device: Device, host: HostUnit): Refusal | undefined {
  const guests = halvesOf(guest);
  const hosts = halvesOf(host);
  const told = (register: 'cap' | 'ecap', index: number) => bit(guests, register, index) === 1;
  const lacks = (register: 'cap' | 'ecap', index: number) => bit(hosts, register, index) === 0;
  if (!told('cap', 7)) return 'caching-mode';
  if (device.iommufd === undefined) return 'iommufd';
  if (told('ecap', 47) && lacks('ecap', 26)) return 'nesting';
  if (told('ecap', 47) && lacks('ecap', 47)) return 'first-stage';
  if (told('cap', 56) && lacks('cap', 56)) return 'page-size';
  if (told('cap', 60) && lacks('cap', 60)) return 'levels';
  if (field(guest.cap, 16, 0x3f) > field(host.cap, 16, 0x3f)) return 'address-width';
  const width = lacks('ecap', 40) ? 0 : field(host.ecap, 35, 0x1f) + 1;
  const pasids = told('ecap', 40) ? Math.min(field(guest.ecap, 35, 0x1f) + 1, device.pasidBits) : 0;
  if (pasids > width) return 'pasid-width';
  if (told('ecap', 31) && lacks('ecap', 31)) return 'supervisor-requests';
  if (told('ecap', 34) && lacks('ecap', 34)) return 'extended-accessed';
  return undefined;
}
