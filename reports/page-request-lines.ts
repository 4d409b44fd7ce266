/** What Linux logs of page requests that it refuses: why, and of older kernels the words of the request. */
import { bit, bits, extract } from '../spec/bits.ts';
import { requester, shortHex } from './hex.ts';

const messages: readonly (readonly [RegExp, string])[] = [
  [/Page request without PASID/i, 'a page request came without PASID, and only processes are served'],
  [/Page request for invalid PASID/i, 'a page request names a PASID that no process is bound to'],
  [
    /(?:IOMMU|dmar\S*): Address is not canonical/i,
    'the bits above the address of a page request are not its sign',
  ],
  [/page request in Privilege Mode/i, 'a page request asks for a page of the supervisor'],
  [/Execution request not supported/i, 'a page request asks to execute'],
  [/PRQ overflow detected/i, 'the page request queue was full, and requests were lost'],
];
const words = /: ([0-9a-f]{8,16}) ([0-9a-f]{8,16})\s*$/i;

/** Undefined for every other line. */
export function pageRequestLines(line: string): readonly string[] | undefined {
  const found = messages.find(([form]) => form.test(line));
  if (found === undefined) return undefined;
  const [, first, second] = words.exec(line) ?? [];
  const request =
    first === undefined || second === undefined
      ? []
      : [requestLine(BigInt(`0x${first}`), BigInt(`0x${second}`))];
  return [found[1], ...request];
}

function requestLine(first: bigint, second: bigint): string {
  const asked = [
    ...((second & bit(0)) === 0n ? [] : ['read']),
    ...((second & bit(1)) === 0n ? [] : ['write']),
    ...((first & bit(52)) === 0n ? [] : ['execute']),
    ...((first & bit(53)) === 0n ? [] : ['as supervisor']),
  ];
  const pasid = (first & bit(8)) === 0n ? 'without PASID' : `PASID ${shortHex(extract(first, 51, 32))}`;
  const last = (second & bit(2)) === 0n ? '' : ', the last of it';
  const who = requester(Number(extract(first, 31, 16)));
  const what = `${asked.join(' and ') || 'nothing'} at ${shortHex(second & bits(63, 12))}`;
  return `  ${who}, ${pasid}, asked for ${what}; group ${extract(second, 11, 3)}${last}`;
}
