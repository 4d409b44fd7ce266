/** A share as a percentage of two digits. */
export function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
