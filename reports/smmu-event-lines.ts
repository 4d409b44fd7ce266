/**
 * Events of an SMMU as Linux logs them (Arm IHI 0070, 7.3): the number, then the four words of the record in a line
 * each. Drivers of Linux name the fields' places.
 */
import { bit, bits, extract } from '../spec/bits.ts';
import { shortHex } from '../spec/hex.ts';
import { smmuEventClasses, smmuEvents } from '../spec/smmu-events.ts';
import type { Palette } from './palette.ts';

/** People leave out the last word, and break words in two. */
const record =
  /event 0x[0-9a-f]{2} received:[^\n]*((?:\n[^\n]*0x[0-9a-f]{8} ?[0-9a-f]{8}[^\S\n]*\r?(?=\n|$)){3,4})/gi;
const words = /0x([0-9a-f]{8}) ?([0-9a-f]{8})[^\S\n]*\r?(?=\n|$)/gi;
/** Of translation, address size, access flag and permission: only these say who wanted what. */
const [FIRST_OF_WALK, LAST_OF_WALK] = [0x10, 0x13];
const ADDRESS_OF_STAGE_2 = bits(51, 12);
const FETCHED = bits(51, 3);

/** Since Linux 6.15 the fields are told too: `event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssid: 0x0 iova: …`. */
const named = /event: ([A-Z][A-Z_]+) client: .*? sid: (0x[0-9a-f]+|0) ssid: (0x[0-9a-f]+|0)(.*)$/i;
/** A trace event of QEMU. */
const traced = /smmuv3_record_event\b.*?\b([CEF]_[A-Z_]+) sid=(0x[0-9a-f]+)/;
const fieldsOfEvent = /(iova|ipa|fetch_addr): (0x[0-9a-f]+|0)(?=\s|$)/gi;
const namesOfFields: Readonly<Record<string, string>> = {
  iova: 'address',
  ipa: 'intermediate address',
  fetch_addr: 'fetched from',
};

/** How a line that names its event is drawn; undefined for every other line, and for what nobody defines. */
export function namedSmmuEvent(line: string): ((palette: Palette) => readonly string[]) | undefined {
  const [, name, stream, substream = '0', rest = ''] = named.exec(line) ?? traced.exec(line) ?? [];
  const known = Object.values(smmuEvents).find((one) => one.name === name);
  if (known === undefined || stream === undefined) return undefined;
  const ofProcess = Number(substream) === 0 ? '' : `, substream ${substream}`;
  const fields = [...rest.matchAll(fieldsOfEvent)].filter(
    ([, field, value]) => field !== 'ipa' || Number(value) !== 0,
  );
  return (palette) => [
    palette.bold(`event ${known.name}: stream ${stream}${ofProcess}`),
    `  ${known.statement}`,
    ...fields.map(([, field = '', value = '']) => `  ${namesOfFields[field.toLowerCase()]} ${value}`),
    palette.dim('      Arm IHI 0070, 7.3'),
  ];
}

/** The lines of every record in `text`; none when there is none. */
export function smmuEventLines(text: string, palette: Palette): readonly string[] {
  return [...text.matchAll(record)].flatMap(([, found = ''], index) => {
    const [first = 0n, second = 0n, third = 0n, fourth] = Array.from(found.matchAll(words), ([, high, low]) =>
      BigInt(`0x${high}${low}`),
    );
    return [...(index === 0 ? [] : ['']), ...eventLines(first, second, third, fourth, palette)];
  });
}

function eventLines(
  first: bigint,
  second: bigint,
  third: bigint,
  fourth: bigint | undefined,
  palette: Palette,
): readonly string[] {
  const number = Number(extract(first, 7, 0));
  const known = smmuEvents[number];
  const substream = (first & bit(11)) === 0n ? '' : `, substream ${shortHex(extract(first, 31, 12))}`;
  const stream = `stream ${shortHex(extract(first, 63, 32))}${substream}`;
  const name = known?.name ?? 'of a number that nobody defines';
  const isWalk = number >= FIRST_OF_WALK && number <= LAST_OF_WALK;
  return [
    palette.bold(`event 0x${number.toString(16).padStart(2, '0')} ${name}: ${stream}`),
    ...(known === undefined ? [] : [`  ${known.statement}`]),
    ...(isWalk ? walkLines(second, third, fourth) : []),
    ...(known?.address === 'request' && !isWalk ? [`  address ${shortHex(third)}`] : []),
    ...(known?.address === 'fetch' && fourth !== undefined
      ? [`  fetched from ${shortHex(fourth & FETCHED)}`]
      : []),
    palette.dim('      Arm IHI 0070, 7.3'),
  ];
}

function walkLines(second: bigint, address: bigint, fourth: bigint | undefined): readonly string[] {
  const is = (position: number): boolean => (second & bit(position)) !== 0n;
  const who = `${is(33) ? 'privileged' : 'unprivileged'}, ${is(34) ? 'instruction' : 'data'}`;
  const ipa = fourth === undefined ? '' : `, intermediate address ${shortHex(fourth & ADDRESS_OF_STAGE_2)}`;
  const stage = is(39) ? `stage 2${ipa}` : 'stage 1';
  const what = smmuEventClasses[Number(extract(second, 41, 40))];
  const stalled = is(31) ? [`  stalled, tag ${shortHex(extract(second, 15, 0))}`] : [];
  return [
    `  ${is(35) ? 'read' : 'write'} of ${shortHex(address)}, ${who}`,
    `  ${stage}, while it translated ${what}`,
    ...stalled,
  ];
}
