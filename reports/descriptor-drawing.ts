/** A descriptor of the invalidation queue explained under a profile: its fields, and whether it is taken (6.5.2). */
import { checkDescriptor } from '../models/reference/invalidation/descriptor.ts';
import { unitOf } from '../models/reference/invalidation/unit-facts.ts';
import { type DescriptorFormat, descriptorFormats } from '../spec/invalidation/descriptors.ts';
import { queueMode } from '../spec/invalidation/modes.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import type { Profile } from '../spec/schema.ts';
import { descriptorLine } from './descriptor-line.ts';
import { placed } from './entry-drawing.ts';
import { layoutDrawing } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/** By the name that `explain` takes, such as `iotlb-descriptor`. */
export const descriptorsByName: Readonly<Record<string, DescriptorFormat>> = Object.fromEntries(
  descriptorFormats.map((format) => [format.layout.name, format]),
);

export function descriptorDrawing(
  { layout, type }: DescriptorFormat,
  words: readonly bigint[],
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const { parts } = resolveLayout(layout, profile);
  const fields = parts.map((part) => {
    const drawn = placed(layout, part, words, true);
    const isOtherType = part.field.name.startsWith('TYPE_') && !isOfType(type, words);
    return isOtherType ? { ...drawn, note: `type ${type} is expected` } : drawn;
  });
  return [
    ...layoutDrawing(layout, words, fields, palette),
    '',
    descriptorLine(words),
    ...verdict(words, profile, palette),
  ];
}

function isOfType(type: number, [first = 0n]: readonly bigint[]): boolean {
  return (first & 0xe0fn) === BigInt(type);
}

/** In the widest queue that the unit has. */
function verdict(words: readonly bigint[], profile: Profile, palette: Palette): readonly string[] {
  const unit = unitOf(profile);
  const scalable = unit.capabilities.SMTS === 1;
  const mode = scalable ? queueMode('scalable', 256) : queueMode('legacy', 128);
  const { defects, doubts } = checkDescriptor(unit, mode, words);
  const among = `under profile ${profile.name}, in a queue of ${mode.width}-bit slots in ${mode.ttm} mode`;
  const reasons = defects.map(({ rule, codes }) => `  ${rule}, IQEI ${codes.join(' or ')}`);
  if (defects.length > 0) return [`verdict ${among}: ${palette.red('refused')} with`, ...reasons];
  if (doubts.length > 0)
    return [`verdict ${among}: taken or refused, not stated: ${doubts.map(({ name }) => name).join(', ')}`];
  return [`verdict ${among}: ${palette.green('taken')}`];
}
