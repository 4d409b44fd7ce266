/** Steps that a guest of passthrough devices does in every area: devices come and go, translation is turned on and off. */

type DeviceStep =
  | { readonly step: 'plug'; readonly device: number }
  | { readonly step: 'unplug'; readonly device: number }
  | { readonly step: 'enable'; readonly on: boolean };

/** The steps of a case as they are drawn; `Step` are those of its area. */
export class DeviceSteps<Step> {
  readonly steps: (Step | DeviceStep)[] = [];
  protected enabled = false;
  readonly #plugged = new Set<number>();

  plug(device: number): void {
    this.#plugged.add(device);
    this.steps.push({ step: 'plug', device });
  }

  enable(on: boolean): void {
    this.enabled = on;
    this.steps.push({ step: 'enable', on });
  }

  /** Takes the device away, or brings it back. */
  protected move(device: number): void {
    if (this.#plugged.delete(device)) this.steps.push({ step: 'unplug', device });
    else this.plug(device);
  }
}
