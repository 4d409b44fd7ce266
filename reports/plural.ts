/** `1 case`, `2 cases`; `many` where an s is not enough. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
