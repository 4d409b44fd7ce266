/** The requesters and PASIDs that a stream has used so far: those that an emulator has an address space for. */

const MOST = 32;

export class KnownRequesters {
  readonly sourceIds = new Uint16Array(MOST);
  readonly pasids = new Uint32Array(MOST);
  count = 0;

  reset(): void {
    this.count = 0;
  }

  /** Beyond what there is room for nothing is added. */
  add(sourceId: number, pasid: number): void {
    const { sourceIds, pasids, count } = this;
    for (let index = 0; index < count; index++) {
      if (sourceIds[index] === sourceId && pasids[index] === pasid) return;
    }
    if (count === MOST) return;
    sourceIds[count] = sourceId;
    pasids[count] = pasid;
    this.count++;
  }
}
