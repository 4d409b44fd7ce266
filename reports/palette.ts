/** Colours of terminal output; every report takes a palette, so that it is the same text without one. */
import picocolors from 'picocolors';

export type Palette = Pick<
  ReturnType<typeof picocolors.createColors>,
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
>;

/** No colours: files, pipes, tests. */
export const plain: Palette = picocolors.createColors(false);

/** Colours when `stream` is a terminal and NO_COLOR is unset or empty (no-color.org). */
export function paletteFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Palette {
  return picocolors.createColors(stream.isTTY === true && !environment['NO_COLOR']);
}
