/** What a profile means to the reference model: capabilities by name and the layouts worked out, once. */
import { type Capabilities, decodeCapabilities } from '../../spec/capabilities.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { type ResolvedLayout, resolveLayout } from '../../spec/layouts/resolve.ts';
import { type EntryFormat, entryFormats, type Profile } from '../../spec/schema.ts';

export interface Unit {
  readonly profile: Profile;
  readonly capabilities: Capabilities;
  readonly entries: Readonly<Record<EntryFormat, ResolvedLayout>>;
}

const units = new WeakMap<Profile, Unit>();

/** The unit that `profile` describes; kept for as long as the profile object lives. */
export function unitOf(profile: Profile): Unit {
  let unit = units.get(profile);
  if (unit === undefined) {
    const formats = Object.keys(entryFormats) as EntryFormat[];
    unit = {
      profile,
      capabilities: decodeCapabilities(profile),
      entries: Object.fromEntries(
        formats.map((format) => [format, resolveLayout(entryLayouts[format], profile)]),
      ) as Record<EntryFormat, ResolvedLayout>,
    };
    units.set(profile, unit);
  }
  return unit;
}
