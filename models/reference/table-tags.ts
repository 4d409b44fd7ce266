/**
 * Which tables the requests of a case use under which tags. Caches of paging structures are looked up by domain id,
 * those of first stage by PASID as well, and not by requester (Table 17): where software gives one tag to different
 * tables (6.2.2.1, 6.2.3.1, 6.2.6.2), a request may be answered by those of another one.
 */

/** What a tag or a set of tables is told by, in one order: to put it together as text takes five times as long. */
export type Words = readonly (string | number | bigint | boolean)[];

export class TableTags {
  readonly #uses: { readonly tag: Words; readonly table: Words }[] = [];
  #clash = false;

  /** True when a request was to use other tables than one before it under the same tag. */
  get clash(): boolean {
    return this.#clash;
  }

  /** A request that reaches `table` has `tag`. */
  use(tag: Words, table: Words): void {
    const known = this.#uses.find((use) => isSame(use.tag, tag));
    if (known === undefined) this.#uses.push({ tag, table });
    else if (!isSame(known.table, table)) this.#clash = true;
  }
}

function isSame(one: Words, other: Words): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}
